package cmd

import (
	"context"
	"strconv"
	"strings"

	"callout/billing"
	"callout/calendar"
	"callout/dispatch"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/work"

	"github.com/spf13/pflag"
)

// edited is a flag's value for an edit: nil where the flag was not given, so that the field stays.
func edited[T any](f *pflag.FlagSet, flag string, value T) *T {
	if !f.Changed(flag) {
		return nil
	}
	return &value
}

// optional resolves a reference that may be left out.
func optional(find func(store.Reader, string) (store.ID, error), r store.Reader, ref string) (store.ID, error) {
	if ref == "" {
		return "", nil
	}
	return find(r, ref)
}

// findOrder resolves a work order by number or id.
func findOrder(r store.Reader, ref string) (store.ID, error) {
	return hinted(work.WorkOrders.FindID, "callout wo list")(r, ref)
}

// findCustomer resolves a customer by name or id.
func findCustomer(r store.Reader, ref string) (store.ID, error) {
	return hinted(work.Customers.FindID, "callout customer list")(r, ref)
}

// findBranch resolves a branch by name or id.
func findBranch(r store.Reader, ref string) (store.ID, error) { return party.Branches.FindID(r, ref) }

// hinted says what to type when a thing is not found.
func hinted(find func(store.Reader, string) (store.ID, error), hint string) func(store.Reader, string) (store.ID, error) {
	return func(r store.Reader, ref string) (store.ID, error) {
		id, err := find(r, ref)
		if f, ok := err.(*fault.Error); ok && f.Kind == fault.NotFound && len(f.Hints) == 0 { //nolint:errorlint // it comes as it was made
			err = f.Hint("%s", hint)
		}
		return id, err
	}
}

// within resolves a flag such as --task 2 against an order: a bare number is the order's own.
func within(r store.Reader, order store.ID, ref string, find func(store.Reader, string) (store.ID, error)) (store.ID, error) {
	if ref == "" {
		return "", nil
	}
	if _, err := strconv.Atoi(ref); err == nil {
		ref = string(order) + "/" + ref
	}
	return find(r, ref)
}

// names resolves ids to what people call the things, each only once.
type names struct {
	r     store.Reader
	known map[store.ID]string
}

func namesOf(r store.Reader) *names { return &names{r: r, known: map[store.ID]string{}} }

// of returns a name, or the id where there is none.
func (n *names) of(id store.ID) string {
	if name, ok := n.known[id]; ok || id == "" {
		return name
	}
	name := string(id)
	switch id.Prefix() {
	case work.Customers.Prefix():
		if c, ok, err := work.Customers.Try(n.r, id); ok && err == nil {
			name = c.Name
		}
	case work.Sites.Prefix():
		if s, ok, err := work.Sites.Try(n.r, id); ok && err == nil {
			name = s.Name
		}
	case work.Assets.Prefix():
		if a, ok, err := work.Assets.Try(n.r, id); ok && err == nil {
			name = a.Name
		}
	case work.Agreements.Prefix():
		if g, ok, err := work.Agreements.Try(n.r, id); ok && err == nil {
			name = g.Name
		}
	case work.WorkOrders.Prefix():
		if w, ok, err := work.WorkOrders.Try(n.r, id); ok && err == nil {
			name = w.Number
		}
	case party.Branches.Prefix():
		if b, ok, err := party.Branches.Try(n.r, id); ok && err == nil {
			name = b.Name
		}
	case dispatch.Technicians.Prefix():
		if t, ok, err := dispatch.Technicians.Try(n.r, id); ok && err == nil {
			name = t.Name
		}
	case dispatch.Appointments.Prefix():
		if a, ok, err := dispatch.Appointments.Try(n.r, id); ok && err == nil {
			name = a.Number
		}
	case billing.Invoices.Prefix():
		if i, ok, err := billing.Invoices.Try(n.r, id); ok && err == nil {
			name = i.Name()
		}
	case party.People.Prefix():
		if p, ok, err := party.People.Try(n.r, id); ok && err == nil {
			name = p.Name
		}
	}
	n.known[id] = name
	return name
}

// maxScanned is how many rows a completion looks at before it gives up: nobody waits long
// after pressing tab.
const maxScanned = 5000

// completeNames offers the names of a collection that has an index by name.
func completeNames[T, R any](a *App, c *store.Collection[T, R], offer func(R) Completion) Completer {
	return func(ctx context.Context, prefix string) (found []Completion, err error) {
		err = a.View(ctx, func(r store.Reader) error {
			for row, err := range c.Rows(r, "name", store.Prefix([]byte(party.Fold(prefix)))) {
				if err != nil {
					return err
				}
				if found = append(found, offer(row)); len(found) == maxCompletions {
					break
				}
			}
			return nil
		})
		return found, err
	}
}

// completeDefinitions offers the names of definitions with revisions.
func completeDefinitions[T any](a *App, kind store.Revised[T]) Completer {
	return func(ctx context.Context, _ string) (found []Completion, err error) {
		err = a.View(ctx, func(r store.Reader) error {
			pins, err := kind.List(r)
			for _, p := range pins {
				found = append(found, Completion{Value: p.Name, Help: "revision " + strconv.Itoa(p.Rev)})
			}
			return err
		})
		return found, err
	}
}

// completeOrders offers work orders by number, open ones first, the newest first.
func (a *App) completeOrders(ctx context.Context, prefix string) ([]Completion, error) {
	return a.completeOrdersThat(ctx, prefix, a.able)
}

func (a *App) completeOrdersThat(ctx context.Context, prefix string, able able) (found []Completion, err error) {
	err = a.View(ctx, func(r store.Reader) error {
		for _, s := range work.Statuses() {
			if !able.can(string(s), "") {
				continue
			}
			rng := store.Prefix(store.K(string(s)))
			rng.Reverse = true
			scanned := 0
			for row, err := range work.WorkOrders.Rows(r, "status", rng) {
				if err != nil {
					return err
				}
				if scanned++; scanned > maxScanned || len(found) >= maxCompletions {
					break
				}
				if strings.HasPrefix(strings.ToLower(row.Number), strings.ToLower(prefix)) {
					found = append(found, Completion{Value: row.Number, Help: string(row.Status) + ", " + row.Title})
				}
			}
		}
		return nil
	})
	return found, err
}

// completeNumbered offers what is numbered within an order: the orders at first, then
// the things of the one that is named.
func completeNumbered[T, R any](a *App, c *store.Collection[T, R], offer func(R) (n int, status, help string)) Completer {
	return func(ctx context.Context, prefix string) (found []Completion, err error) {
		order, _, ok := strings.Cut(prefix, "/")
		if !ok {
			found, err = a.completeOrdersThat(ctx, prefix, nil)
			for i := range found {
				found[i].Value += "/"
			}
			return found, err
		}
		err = a.View(ctx, func(r store.Reader) error {
			id, err := work.WorkOrders.FindID(r, order)
			if err != nil {
				return err
			}
			for row, err := range c.Rows(r, "order", store.Prefix(store.K(id))) {
				if err != nil {
					return err
				}
				n, status, help := offer(row)
				if !a.able.can(status, "") {
					continue
				}
				if status != "" {
					help = status + ", " + help
				}
				found = append(found, Completion{Value: order + "/" + strconv.Itoa(n), Help: help})
			}
			return nil
		})
		return found, err
	}
}

// workCompleters says how the things of room work are completed.
func workCompleters(a *App, all map[string]Completer) map[string]Completer {
	all["CUSTOMER"] = completeNames(a, work.Customers, func(c work.CustomerRow) Completion { return Completion{Value: c.Name, Help: c.Email} })
	all["SITE"] = completeNames(a, work.Sites, func(s work.SiteRow) Completion { return Completion{Value: s.Name, Help: s.Address} })
	all["ASSET"] = completeNames(a, work.Assets, func(s work.AssetRow) Completion { return Completion{Value: s.Name, Help: s.Model} })
	all["AGREEMENT"] = completeNames(a, work.Agreements, func(g work.AgreementRow) Completion { return Completion{Value: g.Name, Help: g.Repeat} })
	all["WORK-TYPE"] = completeDefinitions(a, work.WorkTypes)
	all["SLA"] = completeDefinitions(a, work.SLAs)
	all["CHECKLIST"] = completeDefinitions(a, work.Checklists)
	all["WO"] = a.completeOrders
	all["TASK"] = completeNumbered(a, work.Tasks, func(t work.TaskRow) (int, string, string) { return t.N, string(t.Status), t.Title })
	all["EVIDENCE"] = completeNothing // ids come from `evidence list`
	all["DELIVERABLE"] = completeNumbered(a, work.Deliverables, func(d work.DeliverableRow) (int, string, string) { return d.N, "", d.Title })
	all["KIND"] = func(context.Context, string) ([]Completion, error) {
		var found []Completion
		for _, k := range work.EvidenceKinds() {
			found = append(found, Completion{Value: string(k)})
		}
		return found, nil
	}
	all["ANSWER"] = func(context.Context, string) ([]Completion, error) { return nil, nil } // QUESTION=VALUE, which nobody can foresee
	return all
}

// findCrew resolves a crew by name or id.
func findCrew(r store.Reader, ref string) (store.ID, error) {
	return hinted(dispatch.Crews.FindID, "callout crew list")(r, ref)
}

// findTerritory resolves a territory by name or id.
func findTerritory(r store.Reader, ref string) (store.ID, error) {
	return hinted(dispatch.Territories.FindID, "callout territory list")(r, ref)
}

// all resolves each of some references.
func all(find func(store.Reader, string) (store.ID, error), r store.Reader, refs []string) ([]store.ID, error) {
	out := []store.ID{}
	for _, ref := range refs {
		if ref == "" {
			continue
		}
		id, err := find(r, ref)
		if err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, nil
}

// findAnySite resolves a site by a name that is unique among all, or by id.
func findAnySite(r store.Reader, ref string) (store.ID, error) { return work.FindSite(r, "", ref) }

// optionalDate reads a date that may be left out.
func optionalDate(field, text string) (calendar.Date, error) {
	if text == "" {
		return calendar.Date{}, nil
	}
	return calendar.ParseDate(field, text)
}
