package replica

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"callout/internal/fault"
)

// Login is who works on a linked device, and by what the server knows them. It lies outside the store, readable by
// its owner only.
type Login struct {
	Server string `json:"server"`
	Person string `json:"person"`
	Token  string `json:"token"`
}

func loginFile(dir, tenant string) string { return filepath.Join(dir, filepath.Base(tenant)+".login") }

// ReadLogin returns the login for a tenant; a missing one is a fault of kind Login.
func ReadLogin(dir, tenant string) (*Login, error) {
	text, err := os.ReadFile(loginFile(dir, tenant))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, (&fault.Error{Kind: fault.Login, Code: "login.none", Msg: "nobody is logged in on this device"}).
			Hint("callout login URL")
	}
	l := &Login{}
	if err == nil {
		err = json.Unmarshal(text, l)
	}
	if err != nil {
		return nil, (&fault.Error{Kind: fault.Login, Code: "login.unreadable", Msg: "the login cannot be read"}).
			Hint("callout login URL").Because(err)
	}
	return l, nil
}

// Keep writes the login for a tenant.
func (l *Login) Keep(dir, tenant string) error {
	text, err := json.Marshal(l)
	if err != nil {
		return fault.Internalf("the login cannot be written").Because(err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.Internalf("cannot make the folder %s", dir).Because(err)
	}
	temp := loginFile(dir, tenant) + ".new"
	if err := os.WriteFile(temp, append(text, '\n'), 0o600); err != nil {
		return fault.Internalf("the login cannot be kept").Because(err)
	}
	if err := os.Rename(temp, loginFile(dir, tenant)); err != nil {
		return fault.Internalf("the login cannot be kept").Because(err)
	}
	return nil
}
