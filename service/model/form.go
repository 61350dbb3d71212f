package model

// Form is one version of the flexible fields of a kind of document: a JSON Schema whose properties carry
// Chinese titles, x-unit, x-order and enum options. Versions are only ever added.
type Form struct {
	ID      string `bson:"_id"` // "household/2"
	Record  `bson:",inline"`
	Kind    string         `bson:"kind"` // "household" | "person"
	Version int            `bson:"version"`
	Schema  map[string]any `bson:"schema"`
}
