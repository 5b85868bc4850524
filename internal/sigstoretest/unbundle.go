package sigstoretest

import (
	"encoding/hex"
	"encoding/json"
)

// Unbundle takes an attestation apart as slsa-github-generator and a Rekor of the
// first generation would hand out the parts: the bare envelope with the certificate
// beside its signature, and what the log answers when it is asked for the entry.
func Unbundle(raw []byte) (envelope, entry []byte) {
	b := unmarshal(raw)
	signature := map[string]any{"keyid": "", "sig": b.GetDsseEnvelope().GetSignatures()[0].GetSig()}
	if certificate := leafOf(b); certificate != nil {
		signature["cert"] = string(toPEM("CERTIFICATE", certificate))
	}
	envelope = must(json.Marshal(map[string]any{
		"payloadType": b.GetDsseEnvelope().GetPayloadType(), "payload": b.GetDsseEnvelope().GetPayload(), "signatures": []any{signature},
	}))
	logged := b.GetVerificationMaterial().GetTlogEntries()[0]
	proof := logged.GetInclusionProof()
	path := []string{}
	for _, step := range proof.GetHashes() {
		path = append(path, hex.EncodeToString(step))
	}
	entry = must(json.Marshal(map[string]any{"24296fb24b8ad77a0123456789abcdef": map[string]any{
		"body": logged.GetCanonicalizedBody(), "integratedTime": logged.GetIntegratedTime(),
		"logIndex": logged.GetLogIndex(), "logID": hex.EncodeToString(logged.GetLogId().GetKeyId()),
		"verification": map[string]any{
			"signedEntryTimestamp": logged.GetInclusionPromise().GetSignedEntryTimestamp(),
			"inclusionProof": map[string]any{
				"checkpoint": proof.GetCheckpoint().GetEnvelope(), "hashes": path, "logIndex": proof.GetLogIndex(),
				"rootHash": hex.EncodeToString(proof.GetRootHash()), "treeSize": proof.GetTreeSize(),
			},
		},
	}}))
	return envelope, entry
}
