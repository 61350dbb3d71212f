package staff

import (
	"context"
	"time"

	"bangfu/service/access"
)

type backupsOutput struct {
	Body struct {
		Planned  bool       `json:"planned" doc:"设了每天自动备份"`
		At       string     `json:"at,omitempty" doc:"每天几点,北京时间"`
		LastGood *time.Time `json:"last_good,omitempty" doc:"最近一次做好、也读回来核对过的备份;没有就是还没有备份过"`
		State    string     `json:"state,omitempty" enum:"running,good,failed" doc:"最近一次备份:正在做、做好了、没做成"`
		Late     bool       `json:"late" doc:"比计划的旧了,要找管服务器的人看"`
	}
}

// backups says how old the last good backup is. What went wrong is for whoever runs the server, in the log.
func (a *api) backups(ctx context.Context, _ access.Shared, _ *struct{}) (*backupsOutput, error) {
	st, err := a.Backups.State(ctx)
	if err != nil {
		return nil, err
	}
	out := &backupsOutput{}
	b := &out.Body
	b.Planned, b.State, b.Late = st.Plan.On, string(st.Last.State), st.Late
	if st.Plan.On {
		b.At = st.Plan.Time()
	}
	if st.LastGood.ID != "" {
		b.LastGood = &st.LastGood.BegunAt
	}
	return out, nil
}
