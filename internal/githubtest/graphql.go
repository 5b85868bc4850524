package githubtest

import "net/http"

func (s *Server) graphql(w http.ResponseWriter, r *http.Request, fault *Fault) {
	writeRefusal(w, &refusal{status: 404, message: "Not yet"})
}
