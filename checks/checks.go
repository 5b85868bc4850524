// Package checks is the one register: every check sealvet knows, in reading order.
package checks

import (
	"github.com/sealvet/sealvet/checks/access"
	"github.com/sealvet/sealvet/checks/branches"
	"github.com/sealvet/sealvet/checks/hermetic"
	"github.com/sealvet/sealvet/checks/pinning"
	"github.com/sealvet/sealvet/checks/policy"
	"github.com/sealvet/sealvet/checks/provenance"
	"github.com/sealvet/sealvet/checks/review"
	"github.com/sealvet/sealvet/checks/revocation"
	"github.com/sealvet/sealvet/checks/signing"
	"github.com/sealvet/sealvet/checks/tools"
	"github.com/sealvet/sealvet/internal/audit"
)

// All lists the checks, family by family.
var All = []*audit.Check{
	// pinning: the same name must always mean the same bytes
	pinning.UnpinnedAction,
	pinning.ActionOutsideLock,
	pinning.MisleadingPinComment,
	pinning.ImpostorCommit,
	pinning.UnpinnedImage,
	pinning.UnpinnedPackageCommand,
	pinning.UnverifiedDownload,
	pinning.MissingLockfile,
	pinning.StaleLockfile,
	pinning.LockfileWithoutIntegrity,
	pinning.UnexpectedRegistry,
	pinning.FloatingDependency,
	pinning.UnlockedBuildRequirement,
	pinning.UnpinnedServerLaunch,
	pinning.UnpinnedLaunchInDocs,
	pinning.FloatingServerPackage,
	pinning.FloatingToolchain,
	pinning.PinsWithoutUpdates,

	// hermetic: a build takes nothing but its declared inputs
	hermetic.UnlockedInstall,
	hermetic.UntrustedCheckout,
	hermetic.ScriptInjection,
	hermetic.PersistentRunner,
	hermetic.AgentOnUntrustedInput,
	hermetic.NetworkInBuild,
	hermetic.InstallScriptsRun,
	hermetic.PackageRunsInstallScript,
	hermetic.CacheInReleaseJob,
	hermetic.NonhermeticImageBuild,
	hermetic.ContainerRunsAsRoot,
	hermetic.DangerousLaunchFlag,
	hermetic.CheckedInBinary,
	hermetic.UnsignedNativeExtension,
	hermetic.UnrestrictedEgress,
	hermetic.NotReproducible,

	// provenance: who built this, from what, and can it be proved
	provenance.ReleaseWithoutProvenance,
	provenance.PackageWithoutProvenance,
	provenance.ImageWithoutProvenance,
	provenance.InvalidProvenance,
	provenance.ProvenanceFromElsewhere,
	provenance.UntrustedBuilder,
	provenance.BuildLevelTooLow,
	provenance.ProvenanceRegression,
	provenance.PublishWithoutProvenance,
	provenance.LongLivedPublishToken,
	provenance.PublishTokenBesideOIDC,
	provenance.OrgWidePublishRight,
	provenance.ServerIdentityMismatch,
	provenance.ServerVersionDrift,
	provenance.BundleHashMismatch,
	provenance.InvalidMCPManifest,
	provenance.InsecureRemoteTransport,
	provenance.BundleSignatureInvalid,
	provenance.MutableRelease,
	provenance.AssetReplacedAfterRelease,
	provenance.ReleaseWithoutSBOM,

	// branches: history can only move forward, by the rules
	branches.UnprotectedBranch,
	branches.ForcePushAllowed,
	branches.BranchDeletionAllowed,
	branches.StatusChecksNotRequired,
	branches.ProtectionBypassAllowed,
	branches.RulesetNotEnforced,
	branches.MutableReleaseTags,

	// access: the right people, with no more rights than needed
	access.ExcessiveWorkflowPermissions,
	access.PersistedCheckoutCredentials,
	access.SecretsInheritedOrDumped,
	access.SecretOutsideEnvironment,
	access.SecretDefaultInManifest,
	access.MFANotRequired,
	access.MemberWithoutMFA,
	access.OutsideCollaboratorWithoutMFA,
	access.InsecureMFAMethod,
	access.TooManyOwners,
	access.WriteByDefaultToken,
	access.StaleSecret,
	access.WritableDeployKey,
	access.StaleDeployKey,
	access.InsecureWebhook,
	access.AnyActionAllowed,
	access.ForkRunWithoutApproval,
	access.ShortLogRetention,
	access.SecretScanningOff,

	// signing: keys are known, few, fresh and out of reach
	signing.SigningKeyInCI,
	signing.SigningKeyExposed,
	signing.UnsignedCommit,
	signing.UnsignedTag,
	signing.UnexpectedSigningKey,
	signing.NewSigningKey,
	signing.RevokedKeyInUse,
	signing.WeakSigningKey,
	signing.SignatureNotRequired,
	signing.OverdueKeyRotation,

	// review: two persons stand behind every change and every release
	review.ReviewNotRequired,
	review.StaleApprovalCounts,
	review.LastPusherCanApprove,
	review.CodeOwnerReviewNotRequired,
	review.UnreviewedChange,
	review.DirectPush,
	review.ReleaseWithoutSecondPerson,
	review.CriticalPathWithoutOwner,
	review.BrokenCodeowners,
	review.BotApprovalCounts,

	// tools: what the model is told is also a supply chain
	tools.UnlockedToolManifest,
	tools.HiddenTextInTool,
	tools.AutoApprovedTools,
	tools.CommittedAgentHook,

	// revocation: what is known to be bad stops the build
	revocation.NoSecurityPolicy,

	// policy: the rules themselves; last, because they speak of what the others used
	policy.ExpiredWaiver,
	policy.UnusedWaiver,
	policy.StaleBaselineEntry,
	policy.RefusedLoosening,
}

// Find returns the check with that id, or nil.
func Find(id string) *audit.Check {
	for _, check := range All {
		if check.ID == id {
			return check
		}
	}
	return nil
}
