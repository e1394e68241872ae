package solver

import (
	"math"
	"math/bits"
)

// random is a seeded source of chance: xoshiro256++ (Blackman and Vigna, ACM TOMS 47(4),
// 2021), filled from the seed by SplitMix64. It is inlined into the search, which draws several numbers a microsecond.
type random struct{ a, b, c, d uint64 }

func newRandom(seed uint64) random {
	next := func() uint64 {
		seed += 0x9e3779b97f4a7c15
		z := seed
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		return z ^ z>>31
	}
	return random{next(), next(), next(), next()}
}

func (r *random) next() uint64 {
	out := bits.RotateLeft64(r.a+r.d, 23) + r.a
	t := r.b << 17
	r.c ^= r.a
	r.d ^= r.b
	r.b ^= r.c
	r.a ^= r.d
	r.c ^= t
	r.d = bits.RotateLeft64(r.d, 45)
	return out
}

// below draws from 0 to n-1.
func (r *random) below(n int) int {
	hi, _ := bits.Mul64(r.next(), uint64(n))
	return int(hi)
}

// unit draws from [0, 1).
func (r *random) unit() float64 { return float64(r.next()>>11) / (1 << 53) }

// geometric draws how many trials of chance p fail before the first succeeds.
func (r *random) geometric(inverseLog float64) int32 {
	return int32(math.Log(1-r.unit()) * inverseLog)
}
