package dispatch

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"callout/internal/fault"
	"callout/party"
	"callout/work"
)

// Skill is what a technician can do, at a level of 1 or higher. Names compare by
// [party.Fold].
type Skill struct {
	Name  string `json:"name"`
	Level int    `json:"level"`
}

// maxLevel is the highest level; what is beyond it is a slip of the hand.
const maxLevel = 99

// String returns "gas:2", and "hvac" for level 1.
func (s Skill) String() string {
	if s.Level <= 1 {
		return s.Name
	}
	return s.Name + ":" + strconv.Itoa(s.Level)
}

// ParseSkills reads "gas:2, hvac": names with a level after a colon, 1 where none is
// given. It returns them by name. The error names field.
func ParseSkills(field, s string) ([]Skill, error) {
	var out []Skill
	for part := range strings.SplitSeq(s, ",") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		name, level, leveled := strings.Cut(part, ":")
		sk := Skill{Name: party.Fold(name), Level: 1}
		if sk.Name == "" {
			return nil, fault.Invalidf(field, "a skill lacks its name in %q", part).With("skill.syntax").Hint(skillHint)
		}
		if _, err := party.ParseName(field, "skill", sk.Name); err != nil {
			return nil, err
		}
		if leveled {
			n, err := strconv.Atoi(strings.TrimSpace(level))
			if err != nil || n < 1 || n > maxLevel {
				return nil, fault.Invalidf(field, "the level of %s is a number from 1 to %d, not %q", sk.Name, maxLevel, strings.TrimSpace(level)).
					With("skill.syntax").Hint(skillHint)
			}
			sk.Level = n
		}
		if slices.ContainsFunc(out, func(o Skill) bool { return o.Name == sk.Name }) {
			return nil, fault.Invalidf(field, "%s is named twice", sk.Name).With("skill.twice")
		}
		out = append(out, sk)
	}
	slices.SortFunc(out, func(a, b Skill) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
}

const skillHint = `write for example "gas:2, hvac"`

// FormatSkills writes skills as [ParseSkills] reads them.
func FormatSkills(skills []Skill) string {
	words := make([]string, len(skills))
	for i, s := range skills {
		words[i] = s.String()
	}
	return strings.Join(words, ", ")
}

// levelOf returns the level at which somebody with these skills has one, or 0.
func levelOf(skills []Skill, name string) int {
	for _, s := range skills {
		if party.Fold(s.Name) == party.Fold(name) {
			return max(s.Level, 1)
		}
	}
	return 0
}

// needed is the level that a task asks for.
func needed(n work.SkillNeed) int { return max(n.Level, 1) }

// HasSkills reports whether somebody with these skills has all that are needed, each at
// its level or higher.
func HasSkills(skills, need []Skill) bool {
	for _, n := range need {
		if levelOf(skills, n.Name) < max(n.Level, 1) {
			return false
		}
	}
	return true
}
