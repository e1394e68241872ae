package billing

import (
	"fmt"
	"slices"
	"strings"

	"callout/calendar"
	"callout/store"
	"callout/work"
)

// requirement checks one condition. One that leaves the status empty is unsatisfied if it
// gives a reason, and satisfied if it gives none.
type requirement func(s *Snapshot, sub *Subject) Requirement

// invoiceRequirements lists what an invoice has to meet, in the order in which people
// read it: the work, its proof, its price, the document.
func invoiceRequirements() []requirement {
	return []requirement{
		ofOrder(reqComplete), ofOrder(reqTasks), ofOrder(reqChecklist), ofOrder(reqPhoto), ofOrder(reqReading), ofOrder(reqEvidence), ofOrder(reqDelivered),
		ofOrder(reqSignOff), reqReceived, ofOrder(reqTime), ofOrder(reqOverlap),
		reqMilestone, reqAgreed, reqOrdered, reqCap, reqCapCost, reqLines, reqPrice, reqContract, reqTax, reqTaxAlone, reqTaxIDs, reqAddress,
		reqPO, reqPOLeft, reqCost, reqMargin, reqExceptions, reqDeposit, reqDup, reqTwin, reqTotals,
		reqCurrent, reqLate, reqApproved, reqReleaser, reqPeriod, reqDate,
	}
}

func reqComplete(s *Snapshot, _ *Subject) Requirement {
	q := Requirement{Code: ReqComplete, Title: "the work order is completed", Stage: ToPropose, Evidence: []store.ID{s.Order.ID}}
	if !s.complete() {
		q.Reason = fmt.Sprintf("%s is %s", s.Order.Number, s.Order.Status)
		q.Fix = "callout wo complete " + s.Order.Number
	}
	return q
}

func reqTasks(s *Snapshot, _ *Subject) Requirement {
	q := Requirement{Code: ReqTasks, Title: "every required task is done", Stage: ToPropose}
	if s.Order.Outcome == work.CannotComplete {
		q.Status, q.Reason = NotApplicable, "the order could not be completed: "+s.Order.Why
		return q
	}
	var open []string
	for _, t := range s.openTasks() {
		open = append(open, fmt.Sprintf("task %d (%s)", t.N, t.Title))
		q.Evidence = append(q.Evidence, t.ID)
		if q.Fix == "" {
			q.Fix = "callout task done " + t.Ref(&s.Order)
		}
	}
	if len(open) > 0 {
		q.Reason = "open: " + strings.Join(open, ", ")
	} else if len(s.Tasks) == 0 {
		q.Status = NotApplicable
	}
	return q
}

func reqEvidence(s *Snapshot, _ *Subject) Requirement {
	q := Requirement{Code: ReqEvidence, Title: "done tasks have the rest of their evidence", Stage: ToApprove}
	return s.missing(q, func(b *work.Blocker) bool { return !onPaper(b) && b.Kind != work.Photo && b.Kind != work.Reading })
}

func reqPhoto(s *Snapshot, _ *Subject) Requirement {
	return s.evidenceOf(Requirement{Code: ReqPhoto, Title: "done tasks have their photos", Stage: ToApprove}, work.Photo)
}

func reqReading(s *Snapshot, _ *Subject) Requirement {
	return s.evidenceOf(Requirement{Code: ReqReading, Title: "done tasks have their readings", Stage: ToApprove}, work.Reading)
}

// evidenceOf asks for one kind of evidence, where a task of the order needs any.
func (s *Snapshot) evidenceOf(q Requirement, kind work.EvidenceKind) Requirement {
	for i := range s.Tasks {
		if slices.ContainsFunc(s.Tasks[i].Evidence, func(n work.EvidenceNeed) bool { return n.Kind == kind }) {
			return s.missing(q, func(b *work.Blocker) bool { return b.Kind == kind })
		}
	}
	q.Status = NotApplicable
	return q
}

// seldom are the requirements that most orders have nothing to do with; they are listed where they apply.
func seldom() []string { return []string{ReqPhoto, ReqReading, ReqContract, ReqTaxAlone, ReqException} }

func reqChecklist(s *Snapshot, _ *Subject) Requirement {
	q := Requirement{Code: ReqChecklist, Title: "the checklists of done tasks are answered", Stage: ToApprove}
	return s.missing(q, onPaper)
}

// onPaper reports whether what a task lacks are answers or acknowledgements.
func onPaper(b *work.Blocker) bool {
	return strings.HasPrefix(b.Code, "checklist.") || strings.HasPrefix(b.Code, "safety.")
}

// missing fills in what done tasks lack, of one kind.
func (s *Snapshot) missing(q Requirement, of func(b *work.Blocker) bool) Requirement {
	var missing []string
	for i := range s.Missing {
		b := &s.Missing[i]
		if !of(b) {
			continue
		}
		missing = append(missing, b.Text)
		q.Evidence = append(q.Evidence, b.Refs...)
		if q.Fix == "" {
			q.Fix = b.Fix
		}
	}
	q.Reason = strings.Join(missing, "; ")
	return q
}

func reqDelivered(s *Snapshot, _ *Subject) Requirement {
	q := Requirement{Code: ReqDelivered, Title: "the deliverables are there or waived", Stage: ToApprove}
	var lacking []string
	some := false
	for _, d := range s.Deliverables {
		if d.Needs == work.NeedsSignOff {
			continue
		}
		some = true
		q.Evidence = append(q.Evidence, d.By...)
		if !d.OK {
			lacking = append(lacking, fmt.Sprintf("%s: %s", d.Title, d.Why))
			if q.Fix == "" {
				q.Fix = d.Fix
			}
		}
	}
	if !some {
		q.Status = NotApplicable
	}
	q.Reason = strings.Join(lacking, "; ")
	return q
}

// reqSignOff asks for the customer's sign-off where a deliverable does, and wherever one
// was given or refused: work edited afterwards needs a new one.
func reqSignOff(s *Snapshot, _ *Subject) Requirement {
	q := Requirement{Code: ReqSignOff, Title: "the customer has signed the work as it is", Stage: ToApprove}
	asked := false
	for _, d := range s.Deliverables {
		if d.Needs != work.NeedsSignOff || d.Satisfaction.Waived {
			continue
		}
		asked = true
		q.Evidence = append(q.Evidence, d.By...)
		if !d.OK && q.Reason == "" {
			q.Reason, q.Fix = d.Title+": "+d.Why, d.Fix
		}
	}
	if asked {
		return q
	}
	for i := range s.SignOffs { // the newest word counts
		so := &s.SignOffs[i]
		q.Evidence, q.Reason = []store.ID{so.ID}, ""
		if !so.Current(&s.Order) {
			q.Reason = fmt.Sprintf("%s has signed for an earlier revision; nobody has for revision %d", so.Name, s.Order.Rev())
			continue
		}
		switch so.State {
		case work.Superseded:
			q.Reason = fmt.Sprintf("what %s was shown no longer counts: %s", so.Name, so.Superseded)
		case work.RefusedBy:
			q.Reason = fmt.Sprintf("%s refused to sign: %s", so.Name, so.Why)
		case work.Requested:
			q.Reason = fmt.Sprintf("%s has been asked and has not answered yet", so.Name)
		}
	}
	if len(s.SignOffs) == 0 {
		q.Status = NotApplicable
	}
	q.Fix = fmt.Sprintf(`callout signoff record %s --name "…"`, s.Order.Number)
	return q
}

// reqReceived asks that the bytes of evidence have arrived: a digest alone proves nothing.
func reqReceived(s *Snapshot, _ *Subject) Requirement {
	q := Requirement{Code: ReqReceived, Title: "the evidence files have arrived", Stage: ToRelease}
	var missing []string
	some := false
	for _, e := range s.Evidence {
		some = some || e.SHA256 != ""
		if !e.Here() {
			missing = append(missing, e.File)
			q.Evidence = append(q.Evidence, e.ID)
		}
	}
	if !some {
		q.Status = NotApplicable
	}
	if len(missing) > 0 {
		q.Reason, q.Fix = "not here yet: "+strings.Join(missing, ", "), "callout sync"
	}
	return q
}

// reqTime asks that all time is decided upon. Rejected time does not count.
func reqTime(s *Snapshot, _ *Subject) Requirement {
	q := Requirement{Code: ReqTime, Title: "all time is approved", Stage: ToPropose}
	if len(s.Times) == 0 {
		q.Status = NotApplicable
		return q
	}
	var waiting []string
	for i := range s.Times {
		e := &s.Times[i]
		switch e.Status {
		case TimeNew:
			q.Fix = "callout time submit " + string(e.ID)
			if e.To.IsZero() {
				q.Fix = "callout time stop " + string(e.ID)
			}
		case TimeSubmitted:
			if q.Fix == "" {
				q.Fix = "callout time approve " + string(e.ID)
			}
		default:
			continue
		}
		length := calendar.FormatDuration(e.Worked())
		if e.To.IsZero() {
			length = "running"
		}
		waiting = append(waiting, fmt.Sprintf("%s of %s (%s)", length, s.Technicians[e.Technician].Name, e.Status))
		q.Evidence = append(q.Evidence, e.ID)
	}
	q.Reason = strings.Join(waiting, ", ")
	return q
}

func reqOverlap(s *Snapshot, _ *Subject) Requirement {
	q := Requirement{Code: ReqOverlap, Title: "nobody was at two places at once", Stage: ToPropose}
	if len(s.Times) == 0 {
		q.Status = NotApplicable
	}
	if len(s.Overlaps) > 0 {
		q.Reason = "overlapping: " + strings.Join(s.Overlaps, ", ")
		first, _, _ := strings.Cut(s.Overlaps[0], " ")
		q.Fix = fmt.Sprintf(`callout time reject %s --reason "…"`, first)
	}
	return q
}

// reqMilestone asks that what is billed has been reached.
func reqMilestone(s *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqMilestone, Title: "the milestones on it are reached", Stage: ToPropose}
	if len(s.Milestones) == 0 {
		q.Status = NotApplicable
		return q
	}
	q.Evidence = sub.Invoice.Milestones
	var not []string
	for i := range s.Milestones {
		m := &s.Milestones[i]
		on := slices.Contains(sub.Invoice.Milestones, m.ID)
		if m.Status != MilestonePlanned || !on && len(sub.Invoice.Milestones)+len(sub.Invoice.Lines) > 0 {
			continue
		}
		why, fix := s.whyNot(m)
		not = append(not, fmt.Sprintf("%s is planned: %s", m.Title, why))
		if q.Fix == "" {
			q.Fix = fix
		}
	}
	q.Reason = strings.Join(not, "; ")
	return q
}
