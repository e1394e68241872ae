package shop

import (
	"encoding/json"
	"slices"
	"strings"

	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// Logins are bound to their roles, wherever the command comes from: a server's door, a device that was
// offline, the board. A name that somebody asserts in a shop that stands alone is bound to nothing.
func loggedIn(tx *store.Tx) bool {
	switch tx.Env.Actor.How {
	case store.Token, store.SSHKey, store.OIDC:
		return true
	}
	return false
}

// permit is asked before a command runs: whether the actor's roles open it, and whether what it names
// is theirs to see. What is not is not there, in the same words as what does not exist.
func permit(tx *store.Tx, cmd store.Command) error {
	if !loggedIn(tx) {
		return nil
	}
	p, err := party.People.Get(tx, tx.Env.Actor.ID)
	if err != nil {
		return err
	}
	if !May(p.Roles, cmd.Name()) {
		return fault.Refusedf("no role of %s opens %s", p.Name, cmd.Name()).With("role.forbidden").
			Hint("an administrator gives roles: callout user role %q --grant ROLE", p.Name)
	}
	if undo, ok := cmd.(*store.Undo); ok {
		return permitUndo(tx, p, undo)
	}
	if !ownRoles(p.Roles) {
		return nil
	}
	sight := See(tx, p.ID, p.Roles)
	var args any
	if err := json.Unmarshal(tx.Args(), &args); err != nil {
		return fault.Internalf("the arguments of %s cannot be read", cmd.Name()).Because(err)
	}
	if named, ok := args.(map[string]any); ok {
		for _, field := range []string{"price", "cost", "cost_rate", "discount", "accept_margin"} {
			if named[field] != nil {
				return fault.Refusedf("%s may not say what something costs or sells for (%s)", p.Name, field).With("role.forbidden").
					Hint("leave out --%s; the office names it", strings.ReplaceAll(field, "_", "-"))
			}
		}
	}
	return eachID(args, func(id store.ID) error {
		ok, err := sight.Visible(id)
		if err == nil && !ok {
			err = fault.NotFoundf("there is no %s", id).With("sight.hidden")
		}
		return err
	})
}

// permitUndo: one takes back one's own entries, of commands that one may still do; managers and administrators, everybody's.
func permitUndo(tx *store.Tx, p *party.Person, undo *store.Undo) error {
	seq, err := undo.TakesBack(tx)
	if err != nil {
		return err
	}
	e, err := store.ReadEntry(tx, seq)
	if err != nil {
		return err
	}
	who, err := e.Actor()
	if err != nil {
		return err
	}
	if who.ID != p.ID && !p.Has(party.Manager) && !p.Has(party.Admin) {
		if ownRoles(p.Roles) {
			return fault.NotFoundf("there is no journal entry %s", store.SeqText(seq))
		}
		return fault.Refusedf("entry %s is %s's", store.SeqText(seq), who.Name).With("role.own").Hint("a manager takes it back: callout undo %d", seq)
	}
	for e.Leaf.Undoes != 0 {
		if e, err = store.ReadEntry(tx, e.Leaf.Undoes); err != nil {
			return err
		}
	}
	if !May(p.Roles, e.Leaf.Type) {
		return fault.Refusedf("no role of %s opens %s any more", p.Name, e.Leaf.Type).With("role.forbidden")
	}
	return nil
}

// permitted is asked when a command has run: whether whoever is bound to their own has touched nothing else.
func permitted(tx *store.Tx) error {
	if !loggedIn(tx) {
		return nil
	}
	p, err := party.People.Get(tx, tx.Env.Actor.ID)
	if err != nil || !ownRoles(p.Roles) {
		return err
	}
	sight := See(tx, p.ID, p.Roles)
	for _, c := range tx.Changes() {
		for _, doc := range [][]byte{c.Before, c.After} {
			if doc == nil {
				continue
			}
			ok, err := sight.mayTouch(c, doc)
			if err != nil {
				return err
			}
			if !ok {
				return fault.Refusedf("%s may not do that to what is not theirs", p.Name).With("role.own").
					Hint("a dispatcher does it, or assigns the visit")
			}
		}
	}
	return nil
}

// mayTouch reports whether a record's state may be what somebody has found or left who is bound to their own.
func (s *Sight) mayTouch(c store.Change, doc []byte) (bool, error) {
	switch c.Collection {
	case "approval": // what is handed in asks for a yes
		var q struct {
			Subject store.ID `json:"subject"`
		}
		if err := json.Unmarshal(doc, &q); err != nil {
			return false, fault.Internalf("a stored approval cannot be read").Because(err)
		}
		return s.Visible(q.Subject)
	case "approval_content":
		return c.Before == nil, nil
	}
	seen, err := s.Show(c.Collection, doc)
	return seen != nil && sights()[c.Collection].own, err
}

// eachID calls fn with every id that stands in a JSON value.
func eachID(v any, fn func(store.ID) error) error {
	switch v := v.(type) {
	case string:
		if id := store.ID(v); id.Valid() {
			return fn(id)
		}
	case []any:
		for _, x := range v {
			if err := eachID(x, fn); err != nil {
				return err
			}
		}
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			if err := eachID(v[name], fn); err != nil {
				return err
			}
		}
	}
	return nil
}
