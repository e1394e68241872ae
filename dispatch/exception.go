package dispatch

import (
	"fmt"
	"slices"

	"callout/approval"
	"callout/internal/fault"
	"callout/store"
)

// letGo asks the approval rules for exceptions about what a visit is booked over, once for each kind of conflict. Where
// several people have to grant it, the visit is planned meanwhile and nobody sets out. A margin is weighed by what comes above
// dispatch, which then asks for it.
func (a *Appointment) letGo(tx *store.Tx, title string) error {
	grants := map[Code]approval.Grant{}
	for i := range a.Accepted {
		e := &a.Accepted[i]
		if e.Conflict == Margin {
			continue
		}
		g, asked := grants[e.Conflict]
		if !asked {
			var details []string
			for _, o := range a.Accepted {
				if o.Conflict == e.Conflict {
					details = append(details, o.Detail)
				}
			}
			var err error
			g, err = approval.LetGo(tx, approval.Letting{
				Subject: a.ID, Order: a.Order, Title: fmt.Sprintf("the conflict %q of %s", e.Conflict, title), What: details,
			})
			if err != nil {
				return err
			}
			grants[e.Conflict] = g
		}
		e.Grant = g
	}
	return nil
}

// dropAsked takes back what is asked for about an earlier plan of the visit.
func (a *Appointment) dropAsked(tx *store.Tx) error {
	for _, e := range a.Accepted {
		if err := approval.Drop(tx, e.Grant); err != nil {
			return err
		}
	}
	return nil
}

// mayGo refuses to send anybody to a visit that is booked over what has yet to be granted.
func (a *Appointment) mayGo(r store.Reader, act Action) error {
	if act != ActDispatch && act != ActTravel && act != ActStart {
		return nil
	}
	for _, e := range a.Accepted {
		if e.Grant.Counts() {
			continue
		}
		why, err := e.Grant.Open(r)
		if err != nil {
			return err
		}
		f := fault.Refusedf("nobody sets out for %s yet: %s (%s)", a.Number, why, e.Detail).With("appointment.exception")
		if e.Grant.State == approval.ExceptionAsked {
			return f.Hint("callout approval explain %s", e.Grant.Exception)
		}
		return f.Hint(`callout appt move %s --start "tomorrow 09:00"`, a.Number)
	}
	return nil
}

// followExceptions is the derivation by which visits know what became of what was asked for them. A visit that was
// split carries it twice.
func followExceptions(tx *store.Tx) error {
	changed, err := approval.Exceptions.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range changed {
		if ch.After == nil || ch.After.Subject.Prefix() != Appointments.Prefix() {
			continue
		}
		for v, err := range Appointments.By(tx, "order", store.K(ch.After.Order)) {
			if err != nil {
				return err
			}
			v.Accepted = slices.Clone(v.Accepted)
			moved := false
			for i := range v.Accepted {
				moved = v.Accepted[i].Grant.Follows(ch.After) || moved
			}
			if !moved {
				continue
			}
			if err := Appointments.Put(tx, v); err != nil {
				return err
			}
		}
	}
	return nil
}
