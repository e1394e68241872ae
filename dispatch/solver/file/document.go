package file

// Schema names the form of the document. It changes when a reader of today would misunderstand a file.
const Schema = "callout.dispatch-problem/v1"

// document is a problem as it is written down. A field whose tag says nothing of leaving it out has to be
// there. Times are whole ticks, costs whole points, and places the numbers of the ways.
type document struct {
	Schema      string       `json:"schema"`
	Clock       *clock       `json:"clock,omitempty"`
	Weights     weights      `json:"weights"`
	Technicians []technician `json:"technicians"`
	Visits      []visit      `json:"visits"`
	Links       []link       `json:"links,omitempty"`
	Current     []assignment `json:"current,omitempty"` // the plan in force
	Travel      travel       `json:"travel"`
}

// clock says which instant tick zero is. With it, a tick is a second.
type clock struct {
	Zero string `json:"zero"` // RFC 3339
	Zone string `json:"zone"` // IANA
}

type weights struct {
	Travel   int64 `json:"travel,omitempty"`
	MaxLate  int64 `json:"max_late,omitempty"`
	Fairness int64 `json:"fairness,omitempty"`
	FairUnit int   `json:"fair_unit,omitempty"`
}

type technician struct {
	ID     string         `json:"id"`
	Skills map[string]int `json:"skills,omitempty"`
	Pace   int            `json:"pace_percent,omitempty"` // of a visit's duration; 100 where it is left out
	Rate   int64          `json:"rate,omitempty"`
	Use    int64          `json:"use,omitempty"`
	Stock  map[string]int `json:"stock,omitempty"`
	Shifts []shift        `json:"shifts,omitempty"`
}

type shift struct {
	From      int       `json:"from"`
	Until     int       `json:"until"`
	Start     *int      `json:"start,omitempty"` // a place; left out, the tour begins at its first visit
	End       *int      `json:"end,omitempty"`
	Overtime  *overtime `json:"overtime,omitempty"`
	MaxTravel int       `json:"max_travel,omitempty"` // no bound where it is left out
	Breaks    []rest    `json:"breaks,omitempty"`
}

type overtime struct {
	From int   `json:"from"`
	Cost int64 `json:"cost"` // a tick
}

type rest struct {
	From     int `json:"from"`
	To       int `json:"to"`
	Duration int `json:"duration"`
}

type visit struct {
	ID         string         `json:"id"`
	Place      int            `json:"place"`
	Duration   int            `json:"duration"`
	DurationBy map[string]int `json:"duration_by,omitempty"` // by technician
	Windows    []window       `json:"windows,omitempty"`
	Due        *due           `json:"due,omitempty"`
	Prize      int64          `json:"prize,omitempty"`
	Seats      []seat         `json:"seats,omitempty"`
	Parts      map[string]int `json:"parts,omitempty"`
	Allowed    []string       `json:"allowed,omitempty"`
	Barred     []string       `json:"barred,omitempty"`
	Preferred  []string       `json:"preferred,omitempty"`
	Preference int64          `json:"preference,omitempty"`
	Promise    *promise       `json:"promise,omitempty"`
	Pin        *pin           `json:"pin,omitempty"`
}

type window struct {
	From int `json:"from"`
	To   int `json:"to"`
}

type due struct {
	At   int   `json:"at"`
	Late int64 `json:"late"` // what each tick after it costs
}

type seat struct {
	Skills   map[string]int `json:"skills,omitempty"`
	Duration int            `json:"duration,omitempty"` // the visit's where it is left out
}

type promise struct {
	Window         window   `json:"window"`
	WindowCost     int64    `json:"window_cost,omitempty"`
	Technicians    []string `json:"technicians,omitempty"` // by seat; "" is nobody
	TechnicianCost int64    `json:"technician_cost,omitempty"`
}

type pin struct {
	Start       *int     `json:"start,omitempty"`
	Technicians []string `json:"technicians,omitempty"` // by seat; "" leaves it free
}

type link struct {
	Before    string `json:"before"`
	After     string `json:"after"`
	FromStart bool   `json:"from_start,omitempty"`
	Min       int    `json:"min,omitempty"`
	Max       *int   `json:"max,omitempty"`  // no bound where it is left out
	Same      string `json:"same,omitempty"` // technician: "yes" or "no"; anybody where it is left out
}

type assignment struct {
	Visit      string `json:"visit"`
	Seat       int    `json:"seat,omitempty"`
	Technician string `json:"technician"`
	Start      int    `json:"start"`
}

// travel is one of the two.
type travel struct {
	Matrix      [][]int      `json:"matrix,omitempty"` // ticks by row and column
	GreatCircle *greatCircle `json:"great_circle,omitempty"`
}

type greatCircle struct {
	Points []point `json:"points"`
	Factor float64 `json:"road_factor"`
	Speed  float64 `json:"speed_kmh"`
}

type point struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
}
