package staff

import (
	"context"

	"bangfu/service/access"
	"bangfu/service/model"
)

// OfficeSettings are how people reach the office, how long what is urgent may wait, and what households are told.
type OfficeSettings struct {
	Rev           int64        `json:"rev" minimum:"1"`
	Office        model.Office `json:"office"`
	UrgentMinutes int          `json:"urgent_minutes" minimum:"10" maximum:"1440" doc:"急事几分钟之内要有人管"`
	TellPostings  bool         `json:"tell_postings" doc:"钱记了账,当天告诉户里"`
}

type officeSettingsOutput struct{ Body OfficeSettings }

func officeSettingsView(s model.Settings, err error) (*officeSettingsOutput, error) {
	if err != nil {
		return nil, err
	}
	return &officeSettingsOutput{Body: OfficeSettings{
		Rev: s.Rev, Office: s.Office, UrgentMinutes: int(s.UrgentWithin().Minutes()), TellPostings: s.TellPostings,
	}}, nil
}

func (a *api) officeSettings(ctx context.Context, _ access.Shared, _ *struct{}) (*officeSettingsOutput, error) {
	return officeSettingsView(a.Visit.Settings(ctx))
}

type officeSettingsInput struct{ Body OfficeSettings }

func (b OfficeSettings) onto(s *model.Settings) {
	s.Office, s.UrgentMinutes, s.TellPostings = b.Office, b.UrgentMinutes, b.TellPostings
}

func (a *api) setOffice(ctx context.Context, farm access.Farm, in *officeSettingsInput) (*officeSettingsOutput, error) {
	return officeSettingsView(a.Visit.ChangeSettings(ctx, farm, in.Body.Rev, "修改扶贫办的联系方式和告知设置", in.Body.onto))
}
