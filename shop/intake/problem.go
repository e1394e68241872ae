package intake

import "errors"

// Problem is what is wrong with one line of the file.
type Problem struct {
	Line    int    `json:"line"`
	Field   string `json:"field,omitempty"` // the column, or the mapping's field
	Message string `json:"message"`
	Code    string `json:"code,omitempty"`
	Hint    string `json:"hint,omitempty"`
	// Err is the refusal of a room, where one refused.
	Err error `json:"-"`
}

// Error tells the problem in one line.
func (p Problem) Error() string {
	at := "line " + itoa(p.Line)
	if p.Field != "" {
		at += ", field " + p.Field
	}
	return at + ": " + p.Message
}

// errTooLong ends the reading of a line that has no end.
var errTooLong = errors.New("the line is longer than 4 MiB")
