package screen

// Role says what a piece of the sheet is. What it looks like is the theme's matter, so that
// nobody writes a colour where something is drawn.
type Role uint8

// The roles. Red is kept for what is broken: late work that is not late yet is a warning.
const (
	Normal   Role = iota
	Dim           // what matters less: units, the empty part of a scale
	Strong        // names, what is read first
	Title         // the heading of a pane or a dialog
	Accent        // what the eye shall find: the focused pane's frame, an active tab
	Good          // done, kept, in time
	Warn          // at risk
	Bad           // broken: an SLA missed, a rule refused
	Selected      // the row under the cursor
	Marked        // a row that is marked for a bulk action
	Key           // a key in a hint
	Bar           // the header and the footer
	Ruler         // the scale of hours
	Now           // the line of the present
	OffShift      // time in which a technician is not on duty
	Away          // an absence
	Cursor        // the slot under the cursor
	Field         // where one types

	VisitPlanned // not scheduled or scheduled, the technician does not know it yet
	VisitSent    // dispatched
	VisitTravel  // on the way
	VisitWork    // somebody is at work
	VisitPaused  // on a break
	VisitDone    // completed
	VisitPart    // partly completed, or could not be done
	VisitUnder   // the visit under the cursor
	VisitHeld    // where the held visit would go
	VisitHeldBad // the same, where a rule stands against it
	VisitMarked  // marked for a bulk action
	VisitLate    // nobody has begun, and a target of its SLA was missed
	VisitKin     // belongs to the visit under the cursor: the same for somebody else, or before or after it in a chain

	Route1 // the ways of technicians on the map, told apart by letter and pattern, too
	Route2
	Route3
	Route4
	roles = iota
)
