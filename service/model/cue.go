package model

import "time"

// Unheard is a sentence that the bot did not understand, without names. ID follows from the role and the sentence, so
// that the same one is counted.
type Unheard struct {
	ID      string    `bson:"_id"`
	Role    string    `bson:"role"` // household | cadre | stranger
	Text    string    `bson:"text"`
	Times   int       `bson:"times"`
	FirstAt time.Time `bson:"first_at"`
	LastAt  time.Time `bson:"last_at"`
	Done    bool      `bson:"done"` // somebody made it a cue, or left it
}

// Cue is what the office has added to the lexicon: a sentence, or a cue in the lexicon's form, and what it means.
type Cue struct {
	ID     string `bson:"_id"`
	Record `bson:",inline"`
	Intent string `bson:"intent"`
	Text   string `bson:"text"`
}
