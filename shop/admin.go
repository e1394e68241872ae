package shop

import (
	"context"
	"io"
	"slices"
	"strconv"
	"time"

	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// adminToken is how long the token counts that an administrator begins with.
const adminToken = 90 * 24 * time.Hour

// Admin is an administrator with a token that was issued just now; Token is empty where there was one already.
type Admin struct {
	Name    string
	Token   party.TokenText
	Expires time.Time
	Made    bool // the person is an administrator since just now
}

// EnsureAdmin sees to it that a shop which is to be served has an administrator who can log in. Where there is
// none, the person of that name becomes the first. Where there are some and name is one of them, they get
// a token if they have none that counts; an empty name changes nothing then. Whoever has the store's file may ask for this.
//
// Of several servers of one shop that begin at once, one is first, and the others find what it has done.
func (s *Shop) EnsureAdmin(ctx context.Context, name string, now time.Time, random io.Reader) (out Admin, err error) {
	for range 3 {
		if out, err = s.ensureAdmin(ctx, name, now, random); !fault.Is(err, fault.Conflict) {
			break
		}
	}
	return out, err
}

func (s *Shop) ensureAdmin(ctx context.Context, name string, now time.Time, random io.Reader) (Admin, error) {
	out := Admin{Name: name}
	var person store.ID
	var admins []store.ID
	live, tokens := false, 0
	err := s.View(ctx, func(r store.Reader) (err error) {
		if admins, err = party.Holders(r, party.Admin); err != nil {
			return err
		}
		if name == "" {
			return nil
		}
		if person, err = party.People.FindID(r, name); fault.Is(err, fault.NotFound) {
			err = nil
		}
		if err != nil || person == "" {
			return err
		}
		for row, err := range party.Tokens.Rows(r, "person", store.Prefix(store.K(person))) {
			if err != nil {
				return err
			}
			tokens++
			live = live || row.State(now) == "live" && party.Covers(row.Scopes, party.Accounts)
		}
		return nil
	})
	switch {
	case err != nil:
		return out, err
	case name == "" && len(admins) > 0:
		return out, nil
	case name == "":
		return out, fault.Invalidf("admin", "the shop has no administrator yet").With("admin.missing").Hint("callout serve --admin NAME")
	case len(admins) > 0 && !slices.Contains(admins, person):
		return out, fault.Refusedf("%s is no administrator, and there is one already", name).With("role.admin").
			Hint("callout user list   (says who is)")
	}
	ours := store.Actor{Name: "callout", How: store.Process}
	if len(admins) == 0 {
		var cmd store.Command = &party.ChangeRoles{Person: person, Grant: []party.Role{party.Admin}}
		if person == "" {
			cmd = &party.AddUser{User: name, Roles: []party.Role{party.Admin}}
		}
		rec, err := s.One(ctx, store.Intent{Cmd: cmd, Actor: ours, Reason: "the first administrator of the server"})
		if err != nil {
			return out, err
		}
		person, out.Made = rec.Subject, true
	}
	if live {
		return out, nil
	}
	if out.Token, err = party.DrawToken(random); err != nil {
		return out, err
	}
	out.Expires = now.Add(adminToken).UTC().Truncate(time.Second)
	_, err = s.One(ctx, store.Intent{
		ID: store.CommandIDFrom("first login", string(person), strconv.Itoa(tokens)), // a second one at the same time is a conflict
		Cmd: &party.IssueToken{
			Person: person, Label: "first login", Scopes: []party.Scope{party.Sync, party.Accounts},
			Expires: out.Expires, Handle: out.Token.Handle, Secret: out.Token.Digest(),
		},
		Actor: store.Actor{Name: name, How: store.Asserted}, Reason: "callout serve --admin",
	})
	return out, err
}
