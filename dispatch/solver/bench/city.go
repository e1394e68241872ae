package main

import (
	"context"
	"fmt"

	"callout/dispatch/solver/instance"
)

// city measures a made-up service company. There is no best known value: the runs are held against each other.
func city(ctx context.Context, s settings) error {
	sites, err := read(s, instance.ReadSites, "work-orders", "nyc311-2022-05.csv")
	if err != nil {
		return err
	}
	wrong := 0
	for _, set := range s.sets {
		town, ok := map[string]instance.Town{"day": instance.Day, "week": instance.Week}[set]
		if !ok {
			return fmt.Errorf("-set %s: day or week", set)
		}
		p := instance.City(sites, town)
		title := fmt.Sprintf("%s: %d technicians, %d visits, %d day(s), %d worker(s)", set, town.Technicians, town.Visits, town.Days, s.workers)
		_, bad, err := s.terms(ctx, title, set, p)
		if err != nil {
			return err
		}
		wrong += bad
	}
	return invalid(wrong)
}
