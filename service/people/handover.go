package people

import (
	"context"
	"strings"
	"time"

	"bangfu/service/model"
	"bangfu/service/notify"
)

// purposePairing is the purpose of messages about who helps a household.
const purposePairing = "pairing"

// How long such a message is worth sending, and telling in person.
const (
	handoverLife = 72 * time.Hour
	handoverHand = 45 * 24 * time.Hour // until the next visit, whatever happens to one
)

// tellHandover tells the household and whoever takes over. A repeat tells nobody again.
func (s *Service) tellHandover(ctx context.Context, card Handover) error {
	var names []string
	for _, next := range card.To {
		cadre, err := s.store.Cadre(ctx, next.CadreID)
		if err != nil {
			return err
		}
		names = append(names, cadre.Name)
		if err := s.tellSuccessor(ctx, card.Household.ID, next); err != nil {
			return err
		}
	}
	if len(names) == 0 {
		return nil // somebody is left whom the household knows
	}
	from, who := card.To[0].From, strings.Join(names, "、")
	return s.notify.TellHousehold(ctx, notify.Notice{
		Key: "pairing:" + card.From.ID + ":" + string(from), Purpose: purposePairing, OwnAccord: true, Proxies: true,
		Text:  "您家的帮扶干部换人了:从" + from.Long() + "起是" + who + "。以前说过的事都已经交接。要看干部什么时候来,回“" + model.CommandVisit + "”。",
		Until: s.now().Add(handoverLife), HandUntil: s.now().Add(handoverHand),
		About: "您家的帮扶干部换人了", When: from.LongYear(), More: model.FitField(notify.TemplateFields[2], "从这天起是"+who),
	}, card.Household.ID)
}

func (s *Service) tellSuccessor(ctx context.Context, householdID string, next model.Pairing) error {
	return s.notify.TellCadre(ctx, notify.Notice{
		Key: "pairing:" + next.ID + ":" + string(next.From) + ":" + next.CadreID, Purpose: purposePairing, OwnAccord: true,
		Text: "户号" + householdID + "从" + next.From.Long() + "起由您帮扶。没办完的难事已经转给您,发“" + model.CommandNeeds +
			"”看;这一户的情况发“" + model.CommandMine + "”看。",
		Until: s.now().Add(handoverLife),
		About: "户号" + householdID + "由您帮扶", When: next.From.LongYear(), More: "发“" + model.CommandMine + "”看这一户",
	}, next.CadreID)
}
