package replica

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"

	"callout/internal/fault"
	"callout/shop"
)

// piece is how much of an evidence file one request carries.
const piece = 1 << 20

// evidenceState is how much of a file the server has.
type evidenceState struct {
	Arrived int64 `json:"arrived"`
	Whole   bool  `json:"whole"`
}

// SendEvidence sends the files that were attached on this device and that the server has not got, each from where an
// earlier try was cut off. It returns how many have arrived now.
func SendEvidence(ctx context.Context, d shop.EvidenceDir, h *HTTP, progress func(sent int64)) (n int, err error) {
	owed, err := d.Owed()
	if err != nil {
		return 0, err
	}
	for _, sha := range owed {
		err := h.sendFile(ctx, d, sha, progress)
		if fault.CodeOf(err) == "evidence.unknown" {
			continue // the command that names it waits, or was refused
		}
		if err != nil {
			return n, err
		}
		if err := d.Settle(sha); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func (h *HTTP) sendFile(ctx context.Context, d shop.EvidenceDir, sha string, progress func(int64)) error {
	at := evidenceState{}
	if err := h.call(ctx, http.MethodGet, "/v1/files/"+sha+"/state", nil, nil, &at); err != nil {
		return err
	}
	if at.Whole { // the bytes need not travel, but that they are there counts for this piece of evidence, too
		return h.call(ctx, http.MethodPut, "/v1/files/"+sha, nil, nil, &at)
	}
	f, err := os.Open(d.Path(sha))
	if err != nil {
		return fault.NotFoundf("the evidence file %.12s… is missing", sha).With("evidence.missing").Because(err)
	}
	defer func() { _ = f.Close() }()
	st, err := f.Stat()
	if err != nil {
		return fault.Internalf("the evidence file %.12s… cannot be read", sha).Because(err)
	}
	for !at.Whole {
		n := min(piece, st.Size()-at.Arrived)
		if n <= 0 {
			return fault.Conflictf("the server has %d bytes of %.12s…, which has %d", at.Arrived, sha, st.Size()).With("evidence.bytes")
		}
		was := at.Arrived
		head := http.Header{"Content-Range": {fmt.Sprintf("bytes %d-%d/%d", was, was+n-1, st.Size())}}
		if err := h.call(ctx, http.MethodPut, "/v1/files/"+sha, head, io.NewSectionReader(f, was, n), &at); err != nil {
			return err
		}
		if at.Arrived <= was && !at.Whole {
			return &fault.Error{Kind: fault.Login, Code: "server.answer", Msg: h.URL + " takes no more of an evidence file"}
		}
		progress(at.Arrived - was)
	}
	return nil
}
