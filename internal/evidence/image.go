package evidence

// ImageUse says what an image is used for.
type ImageUse string

const (
	ImageBase      ImageUse = "base"      // FROM
	ImageCopy      ImageUse = "copy"      // COPY --from, RUN --mount=from
	ImageSyntax    ImageUse = "syntax"    // # syntax=
	ImageContainer ImageUse = "container" // a job's container
	ImageService   ImageUse = "service"
	ImageStep      ImageUse = "step" // uses: docker://
	ImageCompose   ImageUse = "compose"
	ImageGitLab    ImageUse = "gitlab"
	ImageJenkins   ImageUse = "jenkins"
	ImageBuild     ImageUse = "build" // other build and deploy files that name an image
)

// Image is one place that names a container image.
type Image struct {
	Path   string   `json:"path"`
	Use    ImageUse `json:"use"`
	Anchor string   `json:"anchor"` // stages/build, jobs/test/services/db
	// Ref is the reference with build arguments put in; Written is what stands in the file.
	Ref     string `json:"ref"`
	Written string `json:"written"`
	// Pin: exact with a digest, floating without one, local for scratch, an earlier
	// stage or an image built here, unknown when only the run knows.
	Pin Pin    `json:"pin"`
	Why string `json:"why,omitempty"`
	// Filled are the defaults of build arguments that were put in, where they stand.
	Filled []Text   `json:"filled,omitempty"`
	At     Location `json:"at"`
}

// Dockerfile is one Dockerfile or Containerfile.
type Dockerfile struct {
	Path   string        `json:"path"`
	Args   []Instruction `json:"args,omitempty"` // the ARGs before the first FROM
	Stages []Stage       `json:"stages,omitempty"`
}

// Stage is what follows one FROM.
type Stage struct {
	Name         string        `json:"name,omitempty"`
	Base         string        `json:"base"` // resolved reference or the name of an earlier stage
	At           Location      `json:"at"`
	Instructions []Instruction `json:"instructions,omitempty"`
}

// Instruction is one instruction; the commands of a RUN are Scripts of the file.
type Instruction struct {
	Name  string   `json:"name"` // upper case: RUN, COPY, USER
	Flags []string `json:"flags,omitempty"`
	Exec  bool     `json:"exec,omitempty"` // its arguments are a JSON array, which no shell reads
	Args  []Text   `json:"args,omitempty"`
	At    Location `json:"at"`
}
