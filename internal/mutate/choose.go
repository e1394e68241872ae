package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// To build the tests of a large room takes longer than to run them until something is noticed. Faults are therefore
// planted together, in one build, each behind a switch that a run turns on by its number, one within the other where they
// lie so. Where a fault cannot be written so, it is built by itself.

// shot is a fault that compiles, with its number in the draw.
type shot struct {
	mutant
	number int
	alone  []byte // the file with it and nothing else, where it has a build of its own
}

// load picks the faults of a draw that compile, as many as were asked for, and writes the files of the rooms with all
// of them behind switches.
func load(ctx context.Context, o options, all []mutant) (shots []*shot, files map[string][]byte, err error) {
	rooms, files := map[string]*room{}, map[string][]byte{}
	for next := max(0, o.from-1); next < len(all) && len(shots) < o.n; {
		var more []*shot
		for ; next < len(all) && len(shots)+len(more) < o.n; next++ {
			more = append(more, &shot{mutant: all[next], number: next + 1})
			if dir := filepath.Dir(all[next].file); rooms[dir] == nil {
				if rooms[dir], err = openRoom(ctx, o, dir); err != nil {
					return nil, nil, err
				}
			}
		}
		shots = append(shots, compiling(rooms, more)...)
	}
	slices.SortFunc(shots, func(a, b *shot) int { return a.number - b.number })
	for dir, r := range rooms {
		files[r.beside()] = r.switches()
		together, err := r.together(slices.DeleteFunc(slices.Clone(shots), func(s *shot) bool { return filepath.Dir(s.file) != dir || s.alone != nil }))
		if err != nil {
			return nil, nil, err
		}
		maps.Copy(files, together)
	}
	return shots, files, nil
}

// compiling lists the faults that compile, and gives those a build of their own that do so only by themselves.
func compiling(rooms map[string]*room, shots []*shot) (out []*shot) {
	for dir, r := range rooms {
		var here, apart []*shot
		for _, s := range shots {
			switch {
			case filepath.Dir(s.file) != dir, s.instead == "-" && r.types[s.file][span{s.choice.from, s.choice.to}] == "string": // texts are not subtracted
			case s.choice.text == "":
				apart = append(apart, s)
			default:
				here = append(here, s)
			}
		}
		good, bad := r.sift(here)
		out = append(out, good...)
		for _, s := range append(apart, bad...) {
			if text := s.changed(r.src[s.file]); len(r.wrong(map[string][]byte{s.file: text})) == 0 {
				s.alone = text
				out = append(out, s)
			}
		}
	}
	return out
}

// sift parts faults that compile behind their switches from those that do not.
func (r *room) sift(shots []*shot) (good, bad []*shot) {
	for good = shots; ; {
		texts, places := map[string][]byte{}, map[string]map[*shot]span{}
		for name, list := range byFile(good) {
			places[name] = map[*shot]span{}
			texts[name] = r.behind(name, list, places[name])
		}
		wrong := r.wrong(texts)
		if len(wrong) == 0 {
			return good, bad
		}
		faulty := map[*shot]bool{}
		for _, p := range wrong {
			if s := innermost(places[p.Filename], p.Offset); s != nil {
				faulty[s] = true
			}
		}
		if len(faulty) == 0 { // nobody in particular: each by itself
			faulty = r.each(good)
		}
		bad = append(bad, slices.DeleteFunc(slices.Clone(good), func(s *shot) bool { return !faulty[s] })...)
		good = slices.DeleteFunc(slices.Clone(good), func(s *shot) bool { return faulty[s] })
	}
}

// each lists the faults that do not compile when they are alone behind a switch.
func (r *room) each(shots []*shot) map[*shot]bool {
	out := map[*shot]bool{}
	for _, s := range shots {
		if len(r.wrong(map[string][]byte{s.file: r.behind(s.file, []*shot{s}, map[*shot]span{})})) > 0 {
			out[s] = true
		}
	}
	return out
}

// innermost is the fault in whose text an offset lies, and in no other's within it.
func innermost(places map[*shot]span, offset int) (found *shot) {
	for s, p := range places {
		if p.from <= offset && offset < p.to && (found == nil || p.to-p.from < places[found].to-places[found].from) {
			found = s
		}
	}
	return found
}

func byFile(shots []*shot) map[string][]*shot {
	out := map[string][]*shot{}
	for _, s := range shots {
		out[s.file] = append(out[s.file], s)
	}
	return out
}

// together are the files of a room with faults behind their switches.
func (r *room) together(shots []*shot) (map[string][]byte, error) {
	out := map[string][]byte{}
	for name, list := range byFile(shots) {
		out[name] = r.behind(name, list, map[*shot]span{})
	}
	if wrong := r.wrong(out); len(wrong) > 0 {
		return nil, fmt.Errorf("%s: what compiled apart does not compile together", wrong[0])
	}
	return out, nil
}

// behind is a file with faults behind their switches. It notes where each of them comes to stand.
func (r *room) behind(name string, shots []*shot, places map[*shot]span) []byte {
	shots = slices.Clone(shots)
	slices.SortStableFunc(shots, func(a, b *shot) int {
		return cmp.Or(a.choice.from-b.choice.from, b.choice.to-a.choice.to, a.number-b.number)
	})
	w := &writer{room: r, name: name, places: places}
	w.write(span{0, len(r.src[name])}, shots)
	return w.out
}

// writer writes a file with faults in it.
type writer struct {
	*room
	name   string
	out    []byte
	places map[*shot]span
}

// write writes a part of the file with the faults that lie in it, the outermost first.
func (w *writer) write(part span, shots []*shot) {
	at := part.from
	for len(shots) > 0 {
		s := shots[0]
		w.out = append(w.out, w.src[w.name][at:s.choice.from]...)
		n := 1
		for n < len(shots) && shots[n].choice.to <= s.choice.to {
			n++
		}
		whole := span{s.choice.from, s.choice.to}
		before, after, _ := strings.Cut(s.choice.text, "‹was›")
		fill := strings.NewReplacer("‹n›", strconv.Itoa(s.number), "‹t›", w.types[w.name][whole])
		from := len(w.out)
		w.out = append(w.out, fill.Replace(before)...)
		w.write(whole, shots[1:n])
		w.out = append(w.out, fill.Replace(after)...)
		w.places[s] = span{from, len(w.out)}
		at, shots = s.choice.to, shots[n:]
	}
	w.out = append(w.out, w.src[w.name][at:part.to]...)
}

// overlayOf writes files and the list that lays them over others.
func overlayOf(dir, name string, files map[string][]byte) (string, error) {
	list := map[string]string{}
	for file, text := range files {
		real, err := filepath.Abs(file)
		if err != nil {
			return "", err
		}
		to := filepath.Join(dir, fmt.Sprintf("%s%d.go", name, len(list)))
		if err := os.WriteFile(to, text, 0o600); err != nil {
			return "", err
		}
		list[real] = to
	}
	text, err := json.Marshal(map[string]map[string]string{"Replace": list})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, name+".json")
	return overlay, os.WriteFile(overlay, text, 0o600)
}
