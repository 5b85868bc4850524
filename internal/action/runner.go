package action

import (
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/sethvargo/go-githubactions"
)

// Runner is the program that runs the step.
type Runner struct {
	env      func(string) string
	out      io.Writer
	commands *githubactions.Action
}

// NewRunner speaks to the runner over the step's standard output and the files that
// its environment names.
func NewRunner(env func(string) string, out io.Writer) *Runner {
	return &Runner{env: env, out: out, commands: githubactions.New(githubactions.WithGetenv(env), githubactions.WithWriter(out))}
}

// Mask keeps a token out of the log, should anything ever print it.
func (r *Runner) Mask(token string) {
	if token != "" && !strings.ContainsAny(token, "\r\n") {
		r.commands.AddMask(token)
	}
}

// Deaf makes the runner take no commands from the output until the function that it
// returns is called: a report speaks in words of the repository.
func (r *Runner) Deaf() func() {
	word := rand.Text()
	fmt.Fprintf(r.out, "::stop-commands::%s\n", word)
	return func() { fmt.Fprintf(r.out, "::%s::\n", word) }
}

// Output sets an output of the step. The library would put a delimiter around it that
// everybody knows.
func (r *Runner) Output(name, value string) error {
	delimiter := rand.Text()
	return r.appendTo("GITHUB_OUTPUT", fmt.Sprintf("%s<<%s\n%s\n%s\n", name, delimiter, value, delimiter))
}

// Summary adds to the page of the job.
func (r *Runner) Summary(markdown string) error { return r.appendTo("GITHUB_STEP_SUMMARY", markdown) }

// appendTo does nothing where the runner has no such file.
func (r *Runner) appendTo(variable, text string) (err error) {
	path := r.env(variable)
	if path == "" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("write $%s: %w", variable, err)
	}
	defer func() {
		if closed := file.Close(); err == nil {
			err = closed
		}
	}()
	_, err = io.WriteString(file, text)
	return err
}
