package store

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// Ids are a file format, and two machines must make the same: these do not change.
func TestIDVectors(t *testing.T) {
	cmd := uuid.MustParse("01890a5d-ac96-774b-bcce-b302099a8057")
	at := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		at          time.Time
		prefix, key string
		want        ID
	}{
		{at, "wo", "", "wo_06drtawc01vz101txzde6s6sym"},
		{at, "wo", "1", "wo_06drtawc01ybkdf9ee4ry7evww"},
		{at, "tk", "", "tk_06drtawc01wy77hm6g7gb0thcc"},
		{at.Add(time.Millisecond), "wo", "", "wo_06drtawc05vz101txzde6s6sym"},
		{time.UnixMilli(0), "wo", "", "wo_0000000001vz101txzde6s6sym"},
	} {
		if got := makeID(cmd, c.at, c.prefix, c.key); got != c.want {
			t.Errorf("makeID(%s, %q, %q) = %s, want %s", c.at, c.prefix, c.key, got, c.want)
		}
	}
	if got := CommandIDFrom("row", "17"); got.String() != "b170ba87-3531-8b35-aced-35cdad9b28c9" {
		t.Errorf("CommandIDFrom = %s", got)
	}
	if CommandIDFrom("a", "b") == CommandIDFrom("ab") || CommandIDFrom("a", "b") == CommandIDFrom("b", "a") {
		t.Error("different parts make the same command id")
	}
}

func drawUUID(t *rapid.T) uuid.UUID {
	return uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "uuid"))
}

// Ids have the shape of UUIDv7, sort by time, and depend on everything they are made of.
func TestIDShape(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cmd := drawUUID(t)
		ms := rapid.Int64Range(0, 1<<48-2).Draw(t, "ms")
		key := rapid.String().Draw(t, "key")
		id := makeID(cmd, time.UnixMilli(ms), "wo", key)
		if !id.Valid() || id.Prefix() != "wo" || len(id) != 3+idChars {
			t.Fatalf("%s is no id", id)
		}
		raw, err := crockford.DecodeString(string(id[3:]))
		if err != nil {
			t.Fatal(err)
		}
		u := uuid.UUID(raw)
		if sec, nsec := u.Time().UnixTime(); u.Version() != 7 || u.Variant() != uuid.RFC4122 || sec*1000+nsec/1e6 != ms {
			t.Fatalf("%s is version %d, variant %s, time %d.%d", u, u.Version(), u.Variant(), sec, nsec)
		}
		if id != makeID(cmd, time.UnixMilli(ms), "wo", key) {
			t.Fatal("the same input made another id")
		}
		if later := makeID(drawUUID(t), time.UnixMilli(ms+1), "wo", key); later <= id {
			t.Fatalf("%s sorts before %s", later, id)
		}
		if makeID(cmd, time.UnixMilli(ms), "wo", key+"x") == id || makeID(cmd, time.UnixMilli(ms), "wox", key)[4:] == id[3:] {
			t.Fatal("other input made the same id")
		}
	})
}

func TestIDValid(t *testing.T) {
	good := makeID(uuid.Nil, time.UnixMilli(0), "wo", "")
	for id, want := range map[ID]bool{
		good: true, metaID: true, "": false, "wo": false, "wo_": false, "_" + good[3:]: false,
		good + "0": false, good[:len(good)-1]: false, ID(strings.ToUpper(string(good))): false,
		"WO-1042": false, "wo_" + ID(strings.Repeat("u", idChars)): false,
	} {
		if id.Valid() != want {
			t.Errorf("%q valid: %v", id, !want)
		}
	}
}

// A drawn command id carries the clock it was given.
func TestCommandID(t *testing.T) {
	at := time.UnixMilli(1767600000123)
	id, err := commandID(at, strings.NewReader("0123456789"))
	if err != nil || id.String() != "019b8d2b-8c7b-7031-b233-343536373839" {
		t.Errorf("%s, %v", id, err)
	}
	if _, err := commandID(at, strings.NewReader("short")); err == nil {
		t.Error("an id without randomness")
	}
	a, err := NewCommandID()
	if err != nil || a.Version() != 7 {
		t.Errorf("%s, %v", a, err)
	}
}
