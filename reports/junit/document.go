package junit

import "encoding/xml"

// The part of JUnit's report that sealvet writes, as Jenkins and GitLab read it.

type document struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"` // always 0: a check cannot fail to run
	Suites   []suite  `xml:"testsuite"`
}

type suite struct {
	Name       string     `xml:"name,attr"`
	Tests      int        `xml:"tests,attr"`
	Failures   int        `xml:"failures,attr"`
	Errors     int        `xml:"errors,attr"`
	Skipped    int        `xml:"skipped,attr"`
	Timestamp  string     `xml:"timestamp,attr"` // UTC, and no zone is written
	Properties []property `xml:"properties>property"`
	Cases      []testcase `xml:"testcase"`
}

type property struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

// testcase is one check.
type testcase struct {
	Name    string   `xml:"name,attr"`
	Class   string   `xml:"classname,attr"` // Jenkins groups by what stands before the last dot
	Time    string   `xml:"time,attr"`
	Skipped *outcome `xml:"skipped"`
	Failure *outcome `xml:"failure"`
	Output  *lines   `xml:"system-out"`
}

// outcome is why a test did not pass.
type outcome struct {
	Type    string `xml:"type,attr,omitempty"` // of a failure: the severity
	Message string `xml:"message,attr"`
	Lines   string `xml:",innerxml"`
}

type lines struct {
	Lines string `xml:",innerxml"`
}
