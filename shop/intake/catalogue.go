package intake

import (
	"strings"

	"callout/billing"
	"callout/dispatch"
	"callout/money"
	"callout/store"
)

// ImportTechnician brings in one technician.
type ImportTechnician struct {
	From       Origin       `json:"from"`
	Technician string       `json:"name"`
	Branch     string       `json:"branch,omitempty"`
	Zone       string       `json:"zone,omitempty"`
	Skills     string       `json:"skills,omitempty"`
	Shift      string       `json:"shift,omitempty"`
	HomeLat    string       `json:"home_lat,omitempty"`
	HomeLon    string       `json:"home_lon,omitempty"`
	Role       string       `json:"role,omitempty"`
	CostRate   *money.Price `json:"cost_rate,omitempty"` // per hour
}

// Name implements store.Command.
func (c *ImportTechnician) Name() string { return "technician.import.v1" }

// Undoable implements store.Undoable.
func (c *ImportTechnician) Undoable() {}

// Do implements store.Command.
func (c *ImportTechnician) Do(tx *store.Tx) error { return bring(tx, c) }

func (c *ImportTechnician) from() *Origin { return &c.From }

func (c *ImportTechnician) steps(tx *store.Tx) (store.ID, string, error) {
	branch, err := findBranch(tx, c.Branch)
	if err != nil {
		return "", "", err
	}
	return step(tx, "technician", &dispatch.AddTechnician{
		Technician: c.Technician, Branch: branch, Zone: c.Zone, Skills: c.Skills, Shift: c.Shift,
		HomeLat: c.HomeLat, HomeLon: c.HomeLon, Role: c.Role, CostRate: c.CostRate, Imported: c.From.String(),
	})
}

func technicians() *kind {
	return &kind{
		name: "technicians",
		fields: append([]field{
			{name: "name", required: true}, {name: "skills", form: aList},
			{name: "home_lat", form: aNumber}, {name: "home_lon", form: aNumber}, {name: "cost_rate", form: aNumber},
		}, texts("branch", "zone", "shift", "role")...),
		empty: func() rowCommand { return &ImportTechnician{} },
		command: func(c *cells, from Origin) rowCommand {
			return &ImportTechnician{
				From: from, Technician: c.text("name"), Branch: c.text("branch"), Zone: c.text("zone"),
				Skills: strings.Join(c.list("skills"), ", "), Shift: c.text("shift"),
				HomeLat: c.number("home_lat"), HomeLon: c.number("home_lon"),
				Role: c.text("role"), CostRate: c.price("cost_rate"),
			}
		},
	}
}

// ImportPart brings one part into the catalogue.
type ImportPart struct {
	From     Origin       `json:"from"`
	Code     string       `json:"code"`
	Part     string       `json:"name,omitempty"`
	Unit     string       `json:"unit,omitempty"`
	TaxClass string       `json:"tax_class,omitempty"`
	Cost     *money.Price `json:"cost,omitempty"` // per unit
}

// Name implements store.Command.
func (c *ImportPart) Name() string { return "part.import.v1" }

// Undoable implements store.Undoable.
func (c *ImportPart) Undoable() {}

// Do implements store.Command.
func (c *ImportPart) Do(tx *store.Tx) error { return bring(tx, c) }

func (c *ImportPart) from() *Origin { return &c.From }

func (c *ImportPart) steps(tx *store.Tx) (store.ID, string, error) {
	unit, err := billing.ParseUnit("unit", c.Unit)
	if err != nil {
		return "", "", err
	}
	return step(tx, "part", &billing.AddPart{
		Code: c.Code, Part: c.Part, Unit: unit, TaxClass: c.TaxClass, Cost: c.Cost, Imported: c.From.String(),
	})
}

func parts() *kind {
	return &kind{
		name: "parts",
		fields: append([]field{
			{name: "code", required: true}, {name: "cost", form: aNumber},
		}, texts("name", "unit", "tax_class")...),
		empty: func() rowCommand { return &ImportPart{} },
		command: func(c *cells, from Origin) rowCommand {
			return &ImportPart{
				From: from, Code: c.text("code"), Part: c.text("name"), Unit: c.text("unit"),
				TaxClass: c.text("tax_class"), Cost: c.price("cost"),
			}
		},
	}
}
