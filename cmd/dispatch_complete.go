package cmd

import (
	"context"
	"slices"

	"callout/approval"
	"callout/dispatch"
	"callout/party"
	"callout/store"
)

// dispatchCompleters says how people, branches, technicians, visits and requests for
// approval are completed.
func dispatchCompleters(a *App, all map[string]Completer) map[string]Completer {
	all["BRANCH"] = completeNames(a, party.Branches, func(b party.BranchRow) Completion { return Completion{Value: b.Name, Help: b.Zone} })
	all["USER"] = completeNames(a, party.People, func(p party.PersonRow) Completion { return Completion{Value: p.Name, Help: string(p.How)} })
	all["TECHNICIAN"] = completeNames(a, dispatch.Technicians, func(t dispatch.TechnicianRow) Completion {
		return Completion{Value: t.Name, Help: dispatch.FormatSkills(t.Skills)}
	})
	all["CREW"] = completeNames(a, dispatch.Crews, func(c dispatch.Crew) Completion { return Completion{Value: c.Name, Help: c.Valid.String()} })
	all["TERRITORY"] = completeNames(a, dispatch.Territories, func(t dispatch.TerritoryRow) Completion { return Completion{Value: t.Name} })
	all["DEVICE"] = a.completeDevices
	all["TOKEN"] = completeNothing    // ids come from `user token list`
	all["IDENTITY"] = completeNothing // ids come from `user identity list`
	all["EMAIL"] = completeNothing
	all["DOMAIN"] = completeNothing
	all["CLAIM=VALUE"] = completeNothing
	all["SSH-KEY"] = completeNothing // ids come from `user key list`
	all["ABSENCE"] = completeNothing // ids come from `absence list`
	all["CONFLICT"] = completeConflicts
	all["WEIGHT"] = completeWeights
	all["SKILL"] = a.completeSkills
	all["HOURS"] = completeHours
	all["APPT"] = a.completeAppointments
	all["APPROVAL"] = a.completeRequests
	all["POLICY"] = completePolicies
	all["DELEGATION"] = completeNothing // ids come from `approval delegations`
	return all
}

// completeSkills offers the skills that somebody has.
func (a *App) completeSkills(ctx context.Context, _ string) (found []Completion, err error) {
	var skills []string
	err = a.View(ctx, func(r store.Reader) error {
		for t, err := range dispatch.ListTechnicians(r, true) {
			if err != nil {
				return err
			}
			for _, s := range t.Skills {
				skills = append(skills, s.String())
			}
		}
		return nil
	})
	slices.Sort(skills)
	for _, s := range slices.Compact(skills) {
		found = append(found, Completion{Value: s})
	}
	return found, err
}

// completeConflicts offers the conflicts that a policy may let people book over.
func completeConflicts(context.Context, string) (found []Completion, _ error) {
	for _, c := range dispatch.Acceptable() {
		found = append(found, Completion{Value: string(c)})
	}
	return found, nil
}

// completeHours offers a few hours to begin with.
func completeHours(context.Context, string) ([]Completion, error) {
	return []Completion{
		{Value: "Mon-Fri 08:00-17:00"},
		{Value: "Mon-Fri 08:00-12:00 13:00-17:00", Help: "with a break"},
		{Value: "Mon-Fri 07:00-16:00, Sat 08:00-12:00"},
		{Value: "daily 22:00-06:00", Help: "nights"},
		{Value: "always"},
	}, nil
}

// completeRequests offers the requests that are pending, oldest first.
func (a *App) completeRequests(ctx context.Context, _ string) (found []Completion, err error) {
	err = a.View(ctx, func(r store.Reader) error {
		for q, err := range approval.List(r, approval.Pending) {
			if err != nil {
				return err
			}
			if found = append(found, Completion{Value: string(q.ID), Help: q.Kind + ": " + q.Title}); len(found) == maxCompletions {
				break
			}
		}
		return nil
	})
	return found, err
}
