package instance

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// Best is the best known value of a vehicle routing problem.
type Best struct {
	Vehicles int // 0 where only the distance is published
	Distance float64
}

// BestKey names an instance, in capitals, under a convention.
type BestKey struct {
	Instance   string
	Convention Convention
}

// ReadBest reads a list with the columns instance, vehicles, distance and convention.
func ReadBest(r io.Reader) (map[BestKey]Best, error) {
	best := map[BestKey]Best{}
	err := table(r, []string{"instance", "vehicles", "distance", "convention"}, func(row []string) (err error) {
		var b Best
		if row[1] != "" {
			if b.Vehicles, err = strconv.Atoi(row[1]); err != nil {
				return err
			}
		}
		if b.Distance, err = number(row[2]); err != nil {
			return err
		}
		best[BestKey{strings.ToUpper(row[0]), Convention(row[3])}] = b
		return nil
	})
	return best, err
}

// BestCare is the best known value of a home care problem: the cost is the mean of the three.
type BestCare struct {
	Distance, MaxTardiness, TotalTardiness, Cost float64
}

// ReadBestCare reads a list with the columns set, instance, distance, max_tardiness, total_tardiness and total_cost.
// The result is by the name of the instance.
func ReadBestCare(r io.Reader) (map[string]BestCare, error) {
	best := map[string]BestCare{}
	columns := []string{"set", "instance", "distance", "max_tardiness", "total_tardiness", "total_cost"}
	err := table(r, columns, func(row []string) error {
		var values [4]float64
		for i := range values {
			v, err := number(row[i+2])
			if err != nil {
				return err
			}
			values[i] = v
		}
		best[strings.TrimSuffix(row[1], ".json")] = BestCare{values[0], values[1], values[2], values[3]}
		return nil
	})
	return best, err
}

// number is a finite one, not below zero.
func number(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err == nil && (v < 0 || math.IsInf(v, 0) || math.IsNaN(v)) {
		err = fmt.Errorf("%s is no length", text)
	}
	return v, err
}

// table reads rows below a header; line ends may be of any kind.
func table(r io.Reader, header []string, each func(row []string) error) error {
	rows := csv.NewReader(r)
	rows.FieldsPerRecord = len(header)
	for first := true; ; first = false {
		row, err := rows.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if first {
			if got := strings.Join(row, ","); got != strings.Join(header, ",") {
				return fmt.Errorf("the columns are %s", got)
			}
			continue
		}
		if err := each(row); err != nil {
			line, _ := rows.FieldPos(0)
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}
