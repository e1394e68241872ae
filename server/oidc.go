package server

import (
	"net/http"

	"callout/internal/fault"
	"callout/internal/oidclogin"
	"callout/party"
	"callout/replica/remote"
	"callout/store"
)

// showProvider says where people log in who have neither token nor key.
func showProvider(s *Server, w http.ResponseWriter, _ *call) error {
	if s.provider == nil {
		return noProvider()
	}
	return sendJSON(w, http.StatusOK, remote.Provider{Issuer: s.provider.Issuer, Client: s.provider.Client, Device: s.provider.Device})
}

func noProvider() error {
	return fault.NotFoundf("nobody logs in here by an identity provider").With("oidc.none").
		Hint("callout login URL --ssh-key FILE").Hint("callout serve --oidc-issuer URL --oidc-client ID   (whoever runs the server)")
}

// loginByOIDC checks an identity provider's token and begins a session of whoever it is about. Who that is here, an administrator has
// said before: a login makes nobody, and gives no rights.
func loginByOIDC(s *Server, w http.ResponseWriter, c *call) error {
	var in remote.OIDCLogin
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if s.provider == nil {
		return noProvider()
	}
	who, err := s.provider.Verify(c.Context(), oidclogin.Token{ID: in.Token, Access: in.Access, Proof: in.Proof})
	if err != nil {
		return err
	}
	l := &login{scopes: party.Scopes(), how: store.OIDC}
	var name string
	err = s.shop.View(c.Context(), func(r store.Reader) error {
		bound, err := boundTo(r, who)
		if err != nil {
			return err
		}
		l.key, l.person = bound.ID, bound.Person
		name, err = party.NameOf(r, bound.Person)
		return err
	})
	if err != nil {
		return err
	}
	return s.welcome(w, c, l, name)
}

// boundTo finds whose identity it is: by the subject, which is nobody else's ever, or else by an address that the provider vouches for.
func boundTo(r store.Reader, who *oidclogin.Identity) (*party.Identity, error) {
	names := []string{party.SubjectIdentity(who.Issuer, who.Subject)}
	if who.Email != "" {
		names = append(names, party.EmailIdentity(who.Email))
	}
	for _, name := range names {
		id, err := party.Identities.FindID(r, name)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return party.Identities.Get(r, id)
	}
	if who.Unverified != "" {
		return nil, fault.Loginf("the identity provider does not vouch for the address %.100s", who.Unverified).With("oidc.unverified").
			Hint("confirm the address there, and log in again")
	}
	called := who.Email
	if called == "" {
		called = "the subject " + who.Subject
	}
	return nil, fault.Loginf("%.100s is nobody here", called).With("oidc.user").
		Hint("callout user identity add USER EMAIL   (an administrator)")
}
