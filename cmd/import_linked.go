package cmd

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"

	"callout/internal/fault"
	"callout/replica/remote"
	"callout/shop"
)

// importOffline is how many rows of a file become commands that wait on a linked device. Each of them is decided again with every sync
// until the server has answered, so that more of them are in everybody's way.
const importOffline = 500

// importThere brings a file in on the server of a linked device, after what waits here, and takes what comes of it. Where the server cannot
// be asked, a short file waits here like everything else that is done.
func (a *App) importThere(ctx context.Context, s *shop.Shop, data io.Reader, into func(*shop.Shop, io.Reader) error) error {
	if err := a.mustLogin(); err != nil {
		return err
	}
	way := a.way()
	_, err := a.syncOver(ctx, s, way)
	if fault.CodeOf(err) == "server.unreachable" {
		file, short, err := shortFile(data, importOffline)
		if err != nil {
			return err
		}
		if !short {
			return fault.Loginf("%s cannot be reached, and a file of more than %d rows is brought in there", a.linked.Server, importOffline).With("import.offline").
				Hint("repeat the same command when it can: what is in stays as it is").
				Hint("add --pending to decide every row here; each of them waits to be sent then")
		}
		a.note("%s cannot be reached; the rows wait here until callout sync", a.linked.Server)
		return into(s, file)
	}
	if err != nil {
		return err
	}
	there := remote.Open(&way.Server)
	server, err := shop.Remote(there, a.shopOptions(), there.Decide)
	if err != nil {
		return err
	}
	if err := errors.Join(into(server, data), server.Close()); err != nil {
		return err
	}
	if _, err := a.syncOver(ctx, s, way); err != nil {
		a.note("%s; the rows are with the server, and come with the next callout sync", sentence(err))
	}
	return nil
}

// shortFile reports whether a file has at most so many lines behind its head, and returns what is to be read in its place. Lines are no fewer
// than rows.
func shortFile(data io.Reader, most int) (io.Reader, bool, error) {
	from := data
	file, isFile := data.(*os.File)
	var seen bytes.Buffer
	if !isFile {
		from = io.TeeReader(data, &seen)
	}
	lines := 0
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		lines += bytes.Count(buf[:n], []byte{'\n'})
		if lines > most+1 {
			return nil, false, nil
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, false, fault.Invalidf("file", "the file cannot be read").Because(err)
		}
	}
	if !isFile {
		return &seen, true, nil
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, false, fault.Invalidf("file", "the file cannot be read twice").Because(err).Hint("copy it to an ordinary file first")
	}
	return file, true, nil
}
