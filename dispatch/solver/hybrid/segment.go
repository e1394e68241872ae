package hybrid

// segment is a stretch of a tour as far as time goes (Vidal et al., 2013, after Nagata, Bräysy and Dullaert, 2010): how long it takes, how much
// of that has to be turned back because windows were missed, and between when it may begin for both to be least.
type segment struct {
	long, warp int32
	from, to   int32
}

// join is one stretch behind another, with a way between.
func join(a, b segment, way int32) segment {
	gone := a.long - a.warp + way
	wait := max(b.from-gone-a.to, 0)
	warp := max(a.from+gone-b.to, 0)
	return segment{a.long + b.long + way + wait, a.warp + b.warp + warp, max(b.from-gone, a.from) - wait, min(b.to-gone, a.to) + warp}
}

// warpOf is what is turned back in one stretch behind another.
func warpOf(a, b segment, way int32) int32 {
	return a.warp + b.warp + max(a.from+a.long-a.warp+way-b.to, 0)
}
