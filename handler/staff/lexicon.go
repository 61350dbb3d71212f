package staff

import (
	"context"
	"time"

	"bangfu/service/access"
)

// Unheard is a sentence that the official account did not understand, without names.
type Unheard struct {
	ID     string    `json:"id"`
	Role   string    `json:"role" enum:"household,cadre,stranger" doc:"谁说的:户里、干部、没有登记的人"`
	Text   string    `json:"text"`
	Times  int       `json:"times" doc:"说过几次"`
	LastAt time.Time `json:"last_at"`
}

// Meaning is what a sentence can mean.
type Meaning struct {
	Intent string `json:"intent"`
	Says   string `json:"says"`
}

type unheardInput struct {
	Limit int `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

type unheardOutput struct {
	Body struct {
		Sentences []Unheard `json:"sentences"`
		Intents   []Meaning `json:"intents" doc:"一句话可以是哪些意思"`
	}
}

func (a *api) unheard(ctx context.Context, farm access.Farm, in *unheardInput) (*unheardOutput, error) {
	list, err := a.Bot.Unheard(ctx, farm, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &unheardOutput{}
	out.Body.Sentences, out.Body.Intents = []Unheard{}, []Meaning{}
	for _, u := range list {
		out.Body.Sentences = append(out.Body.Sentences, Unheard{ID: u.ID, Role: u.Role, Text: u.Text, Times: u.Times, LastAt: u.LastAt})
	}
	for _, m := range a.Bot.Meanings() {
		out.Body.Intents = append(out.Body.Intents, Meaning(m))
	}
	return out, nil
}

type teachInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Intent string `json:"intent,omitempty" maxLength:"40" doc:"不填:不用管这句话"`
	}
}

func (a *api) teach(ctx context.Context, farm access.Farm, in *teachInput) (*struct{}, error) {
	return nil, a.Bot.Teach(ctx, farm, in.ID, in.Body.Intent)
}

// Cue is what the office has added to the lexicon.
type Cue struct {
	ID     string    `json:"id"`
	Intent string    `json:"intent"`
	Text   string    `json:"text"`
	At     time.Time `json:"at"`
}

type cuesOutput struct {
	Body struct {
		Cues []Cue `json:"cues"`
	}
}

func (a *api) cues(ctx context.Context, farm access.Farm, _ *struct{}) (*cuesOutput, error) {
	list, err := a.Bot.Cues(ctx, farm)
	out := &cuesOutput{}
	out.Body.Cues = []Cue{}
	for _, c := range list {
		out.Body.Cues = append(out.Body.Cues, Cue{ID: c.ID, Intent: c.Intent, Text: c.Text, At: c.CreatedAt})
	}
	return out, err
}

type addCueInput struct {
	Body struct {
		Intent string `json:"intent" minLength:"1" maxLength:"40"`
		Text   string `json:"text" minLength:"1" maxLength:"200" doc:"一句话,或者词典里的写法(见docs/bot.md)"`
	}
}

func (a *api) addCue(ctx context.Context, farm access.Farm, in *addCueInput) (*struct{}, error) {
	return nil, a.Bot.AddCue(ctx, farm, in.Body.Intent, in.Body.Text)
}

type removeCueInput struct {
	ID string `path:"id" maxLength:"64"`
}

func (a *api) removeCue(ctx context.Context, farm access.Farm, in *removeCueInput) (*struct{}, error) {
	return nil, a.Bot.DropCue(ctx, farm, in.ID)
}
