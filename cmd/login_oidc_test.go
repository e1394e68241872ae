package cmd

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"

	"callout/internal/oidclogin/oidctest"
)

// runIDP is the identity provider of a story, or a browser there: `idp serve FILE`, which writes its address to the file and
// answers until it is killed, and `idp login NAME ADDRESS`.
func runIDP() int {
	if err := idp(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "idp:", err)
		return 1
	}
	return 0
}

func idp(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "serve":
		l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // the story ends it
		if err != nil {
			return err
		}
		issuer := "http://" + l.Addr().String()
		if err := os.WriteFile(args[1]+".new", []byte(issuer), 0o600); err != nil {
			return err
		}
		if err := os.Rename(args[1]+".new", args[1]); err != nil {
			return err
		}
		return http.Serve(l, oidctest.Handler(issuer)) //nolint:gosec // the story's own
	case len(args) == 3 && args[0] == "login":
		return oidctest.Login(context.Background(), args[2], args[1])
	}
	return fmt.Errorf("usage: idp serve FILE | idp login NAME ADDRESS")
}
