package sarif

import "github.com/sealvet/sealvet/internal/audit"

// The part of SARIF 2.1.0 that sealvet writes, in the order in which it is written.

type document struct {
	Schema  string `json:"$schema"`
	Version string `json:"version"`
	Runs    []run  `json:"runs"`
}

type run struct {
	Tool        tool                        `json:"tool"`
	Automation  automation                  `json:"automationDetails"`
	Invocations []invocation                `json:"invocations"`
	Provenance  []provenance                `json:"versionControlProvenance,omitempty"`
	BaseIDs     map[string]artifactLocation `json:"originalUriBaseIds"`
	ColumnKind  string                      `json:"columnKind"`
	Taxonomies  []component                 `json:"taxonomies,omitempty"`
	Results     []result                    `json:"results"`
	Properties  counts                      `json:"properties"`
}

// counts says what this form leaves out.
type counts struct {
	Open     int `json:"open"`
	Waived   int `json:"waived"`
	Baseline int `json:"baseline"`
	Aside    int `json:"aside"`
	// Results counts the results before the cap; findings on one line are one result.
	Results int  `json:"results"`
	Capped  bool `json:"capped"`
}

type automation struct {
	ID string `json:"id"`
}

type tool struct {
	Driver component `json:"driver"`
}

// component is the tool, or one taxonomy.
type component struct {
	Name            string   `json:"name"`
	Organization    string   `json:"organization,omitempty"`
	FullName        string   `json:"fullName,omitempty"`
	Short           *message `json:"shortDescription,omitempty"`
	Version         string   `json:"version,omitempty"`
	SemanticVersion string   `json:"semanticVersion,omitempty"`
	InformationURI  string   `json:"informationUri,omitempty"`
	Rules           []rule   `json:"rules,omitempty"`
	Taxa            []taxon  `json:"taxa,omitempty"`
}

type taxon struct {
	ID string `json:"id"`
}

type rule struct {
	ID            string         `json:"id"`
	Name          string         `json:"name"`
	Short         message        `json:"shortDescription"`
	Full          message        `json:"fullDescription"`
	Help          message        `json:"help"`
	HelpURI       string         `json:"helpUri"`
	Default       configuration  `json:"defaultConfiguration"`
	Relationships []relationship `json:"relationships,omitempty"`
	Properties    ruleProperties `json:"properties"`
}

type configuration struct {
	Level string `json:"level"`
}

type ruleProperties struct {
	Tags             []string `json:"tags"`
	Precision        string   `json:"precision"`
	ProblemSeverity  string   `json:"problem.severity"`
	SecuritySeverity string   `json:"security-severity,omitempty"`
}

type relationship struct {
	Target reference `json:"target"`
	Kinds  []string  `json:"kinds"`
}

// reference points to a rule, or to a taxon of a taxonomy.
type reference struct {
	ID        string        `json:"id"`
	Index     int           `json:"index"`
	Component *componentRef `json:"toolComponent,omitempty"`
}

type componentRef struct {
	Name  string `json:"name"`
	Index int    `json:"index"`
}

type message struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

type result struct {
	RuleID       string            `json:"ruleId"`
	RuleIndex    int               `json:"ruleIndex"`
	Level        string            `json:"level"`
	Message      message           `json:"message"`
	Locations    []location        `json:"locations"`
	Related      []location        `json:"relatedLocations,omitempty"`
	Flows        []codeFlow        `json:"codeFlows,omitempty"`
	Fingerprints map[string]string `json:"partialFingerprints"`
	Suppressions []suppression     `json:"suppressions,omitempty"`
	Properties   resultProperties  `json:"properties"`
}

type resultProperties struct {
	Severity   audit.Severity   `json:"severity"`
	Confidence audit.Confidence `json:"confidence"`
	Evidence   audit.Source     `json:"evidence"`
	Subject    string           `json:"subject"`
	Anchor     string           `json:"anchor,omitempty"`
}

// codeFlow is a way through the repository; here it always has one thread.
type codeFlow struct {
	Threads []threadFlow `json:"threadFlows"`
}

type threadFlow struct {
	Locations []threadFlowLocation `json:"locations"`
}

type threadFlowLocation struct {
	Location location `json:"location"`
}

type location struct {
	ID       int              `json:"id,omitempty"`
	Physical physicalLocation `json:"physicalLocation"`
	Message  *message         `json:"message,omitempty"`
}

type physicalLocation struct {
	Artifact artifactLocation `json:"artifactLocation"`
	Region   region           `json:"region"`
}

type artifactLocation struct {
	URI         string   `json:"uri,omitempty"`
	BaseID      string   `json:"uriBaseId,omitempty"`
	Description *message `json:"description,omitempty"`
}

type region struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn"`
	EndLine     int `json:"endLine"`
	EndColumn   int `json:"endColumn"`
}

type suppression struct {
	Kind          string `json:"kind"`
	Status        string `json:"status"`
	Justification string `json:"justification"`
}

type invocation struct {
	Successful    bool           `json:"executionSuccessful"`
	Notifications []notification `json:"toolExecutionNotifications,omitempty"`
}

type notification struct {
	Level   string     `json:"level"`
	Message message    `json:"message"`
	Rule    *reference `json:"associatedRule,omitempty"`
}

type provenance struct {
	RepositoryURI string           `json:"repositoryUri"`
	RevisionID    string           `json:"revisionId,omitempty"`
	Branch        string           `json:"branch,omitempty"`
	MappedTo      artifactLocation `json:"mappedTo"`
}
