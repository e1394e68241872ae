package work

import (
	"iter"

	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// Asset is a thing at a site that is maintained.
type Asset struct {
	store.Record
	Site   store.ID `json:"site"`
	Name   string   `json:"name"`
	Model  string   `json:"model,omitempty"`
	Serial string   `json:"serial,omitempty"`
	// Warranties are who stands in for what, and how long.
	Warranties []Warranty `json:"warranties,omitempty"`
	Imported   string     `json:"imported,omitempty"`
}

// AssetRow is what a list of assets shows.
type AssetRow struct {
	ID     store.ID `json:"id"`
	Site   store.ID `json:"site"`
	Name   string   `json:"name"`
	Model  string   `json:"model,omitempty"`
	Serial string   `json:"serial,omitempty"`
}

// Assets holds the assets; an asset's name is unique within its site.
var Assets = store.Define(store.Def[Asset, AssetRow]{
	Name: "asset", Prefix: "asset", Title: "asset",
	Row: func(a *Asset) AssetRow { return AssetRow{a.ID, a.Site, a.Name, a.Model, a.Serial} },
	Indexes: []store.Index[Asset]{
		{
			Name: "site", Unique: true,
			Keys:  func(a *Asset) []store.Key { return []store.Key{store.K(a.Site, party.Fold(a.Name))} },
			Clash: func(a *Asset) string { return "the site already has an asset " + a.Name },
		},
		{Name: "name", Keys: func(a *Asset) []store.Key { return []store.Key{store.K(party.Fold(a.Name))} }},
	},
})

// AddAsset makes an asset at a site.
type AddAsset struct {
	Site     store.ID `json:"site"`
	Asset    string   `json:"name"`
	Model    string   `json:"model,omitempty"`
	Serial   string   `json:"serial,omitempty"`
	Imported string   `json:"imported,omitempty"`
}

// Name implements store.Command.
func (c *AddAsset) Name() string { return "asset.add.v1" }

// Undoable implements store.Undoable.
func (c *AddAsset) Undoable() {}

// Do implements store.Command.
func (c *AddAsset) Do(tx *store.Tx) error {
	if _, err := Sites.Get(tx, c.Site); err != nil {
		return err
	}
	name, err := required("name", c.Asset, "an asset needs a name")
	if err != nil {
		return err
	}
	a := &Asset{Site: c.Site, Name: name, Model: c.Model, Serial: c.Serial, Imported: c.Imported}
	err = lines(lineField{"model", &a.Model}, lineField{"serial", &a.Serial}, lineField{"imported", &a.Imported})
	if err != nil {
		return err
	}
	a.ID = Assets.NewID(tx, "")
	tx.Returns(a.ID, "")
	tx.Emit("asset.added", a.ID, map[string]any{"name": a.Name, "site": a.Site})
	return Assets.Put(tx, a)
}

// FindAsset resolves what a person typed for an asset: an id, or a name that is unique
// at the site, or among all where no site is given.
func FindAsset(r store.Reader, site store.ID, ref string) (store.ID, error) {
	if ref == "" {
		return "", fault.Invalidf("asset", "no asset was named")
	}
	if id := store.ID(ref); id.Valid() && id.Prefix() == Assets.Prefix() {
		return id, nil
	}
	if site != "" {
		return soleMatch(Assets.IDs(r, "site", store.K(site, party.Fold(ref))), "asset", ref)
	}
	return soleMatch(Assets.IDs(r, "name", store.K(party.Fold(ref))), "asset", ref)
}

// soleMatch returns the one id that a name leads to.
func soleMatch(ids iter.Seq2[store.ID, error], what, ref string) (store.ID, error) {
	var found store.ID
	for id, err := range ids {
		if err != nil {
			return "", err
		}
		if found != "" {
			return "", fault.Conflictf("there are several %ss called %q", what, ref).With(what+".ambiguous").
				Hint("name it by its id: callout %s list -o json", what)
		}
		found = id
	}
	if found == "" {
		return "", fault.NotFoundf("no %s %q", what, ref).Hint("callout %s list", what)
	}
	return found, nil
}
