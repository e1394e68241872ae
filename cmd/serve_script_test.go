package cmd

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// runAPI asks the server of a story, whose first words are in served.json: `api METHOD PATH [BODY]`, as
// whoever has the token in TOKEN, if that is set. It prints the status and the body.
func runAPI() int {
	if err := askServed(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "api:", err)
		return 1
	}
	return 0
}

func askServed(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("usage: api METHOD PATH [BODY]")
	}
	var to served
	for over := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		text, err := os.ReadFile("served.json")
		if err == nil && json.Unmarshal(text, &to) == nil {
			break
		}
		if time.Now().After(over) {
			return fmt.Errorf("the server does not begin: %q, %w", text, err)
		}
	}
	var body io.Reader
	if len(args) > 2 {
		body = strings.NewReader(args[2])
	}
	req, err := http.NewRequest(args[0], to.URL+args[1], body) //nolint:noctx // the story ends it
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if token := strings.TrimSpace(os.Getenv("TOKEN")); token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	var res *http.Response
	for range 500 { // it says where it is before it answers
		if res, err = http.DefaultClient.Do(req); err == nil { //nolint:gosec // the story's own server
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	fmt.Printf("%d\n%s", res.StatusCode, text)
	return err
}
