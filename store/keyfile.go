package store

import (
	"errors"
	"io/fs"
	"os"

	"callout/internal/fault"

	"golang.org/x/mod/sumdb/note"
)

// KeyFile is a keyring whose signing key lies in a file that somebody has put there: several machines sign for one shop with
// it. The heads that this machine has seen lie in a folder of its own, as ever.
type KeyFile struct {
	DirKeyring
	Path string
	// Make allows a key to be made where there is no file. Without it a missing one is refused: a machine whose
	// secrets have not been put in place must not begin with a key of its own.
	Make bool
}

// Signer implements Keyring.
func (k KeyFile) Signer(tenant string, create bool) (note.Signer, string, error) {
	if _, err := os.Stat(k.Path); errors.Is(err, fs.ErrNotExist) && create && !k.Make {
		return nil, "", fault.NotFoundf("there is no signing key at %s", k.Path).With("key.missing").
			Hint("cp %s %s   (on a machine that has signed for the shop)", k.DirKeyring.file(tenant, ".key"), k.Path)
	}
	s, public, err := signerIn(k.Path, tenant, create)
	if err == nil && s != nil && s.Name() != origin(tenant) {
		return nil, "", fault.Conflictf("the key at %s signs for another shop, %s", k.Path, s.Name()).With("key.tenant").
			Hint("--key-file FILE   (the key of this shop)")
	}
	return s, public, err
}
