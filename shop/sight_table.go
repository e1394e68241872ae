package shop

import (
	"maps"
	"slices"
	"sync"

	"callout/party"
	"callout/store"
)

// facts are the fields of any record by which it is somebody's.
type facts struct {
	ID          store.ID   `json:"id"`
	Order       store.ID   `json:"order"`
	Person      store.ID   `json:"person"`
	Technician  store.ID   `json:"technician"`
	Technicians []store.ID `json:"technicians"`
	Site        store.ID   `json:"site"`
	Kind        string     `json:"kind"`
}

// seeing is how much of a record is seen.
type seeing int

const (
	hidden seeing = iota
	named         // its name only
	shown         // the fields of the table
)

// sight is what a technician sees of a collection: which records, and which fields of them.
type sight struct {
	prefix string // of the collection's ids
	see    func(*mine, *facts) (seeing, error)
	fields string
	own    bool // a technician may change what they see of it
}

// sights is the table of everything that a technician may see. A collection that is not in it has nothing for
// them, and a field that is not named is left out.
var sights = sync.OnceValue(func() map[string]sight {
	return map[string]sight{
		"company":  {"company", always, "name currency zone address country email holidays", false},
		"branch":   {"br", always, "name zone hours address holidays", false},
		"part":     {"part", always, "code name unit group", false},
		"revision": {"rev", definitions, "*", false},
		"store":    {"store", always, "*", false},

		"person":     {"person", byPerson, "name how roles", false},
		"technician": {"tech", byTechnician, "name person branch zone skills shift role inactive first_day last_day", false},
		"crew":       {"crew", ofCrew, "name lead technicians valid", false},
		"absence":    {"abs", ofTechnician, "*", false},
		"token":      {"token", ofPerson, "*", true},
		"ssh_key":    {"key", ofPerson, "*", true},
		"identity":   {"idn", ofPerson, "*", true},

		"appointment": {"appt", ofVisit, "*", true},
		"work_order": {"wo", ofOrderItself, `number customer site asset branch title description reference priority status outcome why zone pins
			opened_at respond_by resolve_by planned_for started_at completed_at revision`, true},
		"task":          {"task", ofOrder, "*", true},
		"checklist_run": {"chk", ofOrder, "*", true},
		"evidence":      {"ev", ofOrder, "*", true},
		"deliverable":   {"del", ofOrder, "*", false},
		"signoff":       {"sgn", ofOrder, "*", true},
		"line_item":     {"item", ofOrder, "order task kind ref part group text qty unit at entered_by edited_by revision removed", true},
		"time_entry":    {"time", ofPersonOrder, "*", true},

		"customer": {"cus", ofCustomer, "name address country phone", false},
		"site":     {"site", ofSite, "customer branch name address zone lat lon access hours", false},
		"asset":    {"asset", ofAsset, "site name model serial warranties", false},
	}
})

func when(yes bool, err error) (seeing, error) {
	if err != nil || !yes {
		return hidden, err
	}
	return shown, nil
}

func always(m *mine, _ *facts) (seeing, error) { return when(m.worker, nil) }

// definitions are what a visit is done by; the others say what it costs.
func definitions(m *mine, f *facts) (seeing, error) {
	return when(m.worker && slices.Contains([]string{"checklist", "work_type"}, f.Kind), nil)
}

func byPerson(m *mine, f *facts) (seeing, error) {
	if f.ID == m.person {
		return shown, nil
	}
	return colleague(m)
}

// colleague: those one works with have names.
func colleague(m *mine) (seeing, error) {
	if m.worker {
		return named, nil
	}
	return hidden, nil
}

func ofPerson(m *mine, f *facts) (seeing, error) { return when(f.Person == m.person, nil) }

func byTechnician(m *mine, f *facts) (seeing, error) {
	if m.worker && f.Person == m.person {
		return shown, nil
	}
	return colleague(m)
}

func ofTechnician(m *mine, f *facts) (seeing, error) {
	err := m.find()
	return when(m.technician != "" && f.Technician == m.technician, err)
}

func ofCrew(m *mine, f *facts) (seeing, error) {
	err := m.find()
	return when(m.technician != "" && slices.Contains(f.Technicians, m.technician), err)
}

func ofVisit(m *mine, f *facts) (seeing, error) {
	err := m.find()
	return when(m.technician != "" && slices.Contains(f.Technicians, m.technician), err)
}

func ofOrderItself(m *mine, f *facts) (seeing, error) {
	err := m.find()
	return when(m.orders[f.ID], err)
}

func ofOrder(m *mine, f *facts) (seeing, error) {
	err := m.find()
	return when(m.orders[f.Order], err)
}

// ofPersonOrder: one's own time, on one's own orders or not any more.
func ofPersonOrder(m *mine, f *facts) (seeing, error) {
	return when(m.worker && f.Person == m.person, nil)
}

func ofCustomer(m *mine, f *facts) (seeing, error) {
	err := m.find()
	return when(m.customers[f.ID], err)
}

func ofSite(m *mine, f *facts) (seeing, error) {
	err := m.find()
	return when(m.sites[f.ID], err)
}

func ofAsset(m *mine, f *facts) (seeing, error) {
	err := m.find()
	return when(m.assets[f.ID] || m.sites[f.Site], err)
}

// collectionOf is the collection that ids with a prefix belong to, among those that a technician may see.
func collectionOf(prefix string) string { return sightPrefixes()[prefix] }

var sightPrefixes = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for coll, v := range sights() {
		out[v.prefix] = coll
	}
	return out
})

// ownRoles reports whether somebody is bound to what is their own.
func ownRoles(roles []party.Role) bool {
	p := party.Person{Roles: roles}
	return !p.SeesEverything()
}

// PartlySeen lists the collections of which technicians see some fields only.
func PartlySeen() []string { return slices.Sorted(maps.Keys(sights())) }
