package solver

// Problem is what is to be planned. Times are whole ticks since an origin that the caller
// chooses (seconds for a real shop, tenths of a distance for a benchmark) and lie within ±[MaxTime]. Costs are whole points.
//
// The order of technicians, visits and links has no influence on the plan: identifiers
// must be unique, and everything is sorted by them first.
type Problem struct {
	Technicians []Technician
	Visits      []Visit
	Links       []Link
	Travel      Travel
	Weights     Weights
	// Current is the plan in force. The search begins at it and pays, through
	// [Visit.Promise], for what it moves.
	Current []Assignment
}

// MaxTime bounds every time of a problem, so that sums of a few of them fit in 32 bits.
const MaxTime = 1 << 28

// Technician is somebody who can be sent.
type Technician struct {
	ID     string
	Skills map[string]int // level by skill; absent is none
	Shifts []Shift        // disjoint; each is one tour with its own beginning and end
	// Pace is how long this technician takes, in percent of a visit's duration; 0 means 100.
	Pace int
	// Rate is the cost of a tick of work or travel, and Use the cost of a shift with any visit.
	Rate, Use int64
	// Stock is how many of each part the truck carries. A part that is not named is not there.
	Stock map[string]int
}

// Shift is a stretch of time in which a technician can be on tour.
type Shift struct {
	From, Until int // the tour begins no sooner and ends no later; both are hard
	// Start and End are where the tour begins and ends; [Nowhere] means at the first or the last
	// visit, without a way from or to it.
	Start, End Place
	// OvertimeFrom is the time after which every tick until the end of the tour costs Overtime points.
	// It counts only if Overtime is above zero.
	OvertimeFrom int
	Overtime     int64
	MaxTravel    int // ticks on the road of one tour; 0 means no bound
	Breaks       []Break
}

// Break is time off on a tour. It is taken before or after any way, never at work, and only if
// the tour is not over by its latest beginning. The breaks of a shift follow each other.
type Break struct {
	From, To int // it begins within these
	Duration int
}

// Visit is work to be done at a place.
type Visit struct {
	ID       string
	Place    Place
	Duration int
	// DurationBy replaces the duration, pace included, for some technicians.
	DurationBy map[string]int
	// Windows are when the visit may start, ascending and disjoint; none means at any time.
	Windows []Window
	// Due is by when it should start, and Late what each tick after it costs; no cost, no due time.
	Due  int
	Late int64
	// Prize is the cost of leaving it out.
	Prize int64
	// Seats are the technicians whom it needs at the same moment; none means one seat with no demands.
	Seats []Seat
	// Parts must be on the truck of the first seat.
	Parts map[string]int
	// Allowed are the only technicians who may come, none meaning all; Barred may not.
	Allowed, Barred []string
	// Preferred should come; every other technician costs Preference points.
	Preferred  []string
	Preference int64
	Promise    *Promise
	Pin        *Pin
}

// Seat is one place in a visit's crew.
type Seat struct {
	Skills map[string]int // least level by skill
	// Duration of this seat; 0 means the visit's.
	Duration int
}

// Window is an interval of start times, both ends included.
type Window struct{ From, To int }

// Promise is what was told to the customer and the technicians, and what going back on it costs. Who
// is there a little before the window waits for it.
type Promise struct {
	Window      Window
	WindowCost  int64    // once, if the start falls outside the window
	Technicians []string // by seat, as far as named
	// TechnicianCost is paid for each seat that goes to somebody else.
	TechnicianCost int64
}

// Pin holds a visit fast: a constraint, not a hint. Whoever set it has weighed windows and skills already.
type Pin struct {
	Start       *int     // it starts exactly then, whatever its windows say
	Technicians []string // by seat, whatever skills it asks for; "" or absent leaves the seat free
}

// Link is an order between two visits, whoever does them.
type Link struct {
	Before, After string
	// FromStart counts the lag from the start of the first visit, not from its end.
	FromStart bool
	// Min and Max bound the time until the second one starts. Max below Min means no bound.
	Min, Max int
	Same     Sameness
}

// Sameness says whether linked visits go to the same technician.
type Sameness int

// Anybody may do either, one technician must do both, or two different ones.
const (
	Anybody Sameness = iota
	SameTechnician
	OtherTechnician
)

// Weights turn the terms that are counted in ticks into points. Lateness, overtime, preference and
// disruption carry their own costs.
type Weights struct {
	Travel   int64 // points a tick on the road
	MaxLate  int64 // points a tick of the latest start of all
	Fairness int64 // points per square of an hour's unit: see [Terms.Fairness]
	// FairUnit is the length of work, in ticks, whose square costs Fairness; 0 means 3600.
	FairUnit int
}

// Assignment is one seat of a visit given to a technician at a time.
type Assignment struct {
	Visit      string
	Seat       int
	Technician string
	Start      int
}
