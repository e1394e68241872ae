package server

// RouteLine is a line of the table, for tests.
type RouteLine struct{ Method, Path, Op string }

// Routes is the table that the server, its description and its tests are made from.
func Routes() []RouteLine {
	var out []RouteLine
	for _, r := range routes() {
		out = append(out, RouteLine{r.method, r.path, r.op})
	}
	return out
}

// ProblemOf is problemOf, for tests.
func ProblemOf(err error, request string) Problem { return problemOf(err, request) }
