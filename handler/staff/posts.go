package staff

import (
	"context"

	"bangfu/service/access"
	"bangfu/service/model"
)

// waitingPost is a post that waits for a second person.
type waitingPost struct {
	ID   string `json:"id" doc:"给谁:登录名"`
	Rev  int64  `json:"rev" doc:"确认时带上"`
	Name string `json:"name" doc:"姓名"`
	proposal
	Own bool `json:"own" doc:"是自己的或者自己提出的:要另一个人来确认"`
}

type waitingPostsOutput struct {
	Body struct {
		Posts []waitingPost `json:"posts"`
	}
}

func (a *api) waitingAssignments(ctx context.Context, cut access.Lists, _ *struct{}) (*waitingPostsOutput, error) {
	list, err := a.Account.WaitingAssignments(ctx, cut)
	if err != nil {
		return nil, err
	}
	out := &waitingPostsOutput{}
	out.Body.Posts = []waitingPost{}
	for _, w := range list {
		out.Body.Posts = append(out.Body.Posts,
			waitingPost{ID: w.Staff.ID, Rev: w.Staff.Rev, Name: w.Staff.Name, proposal: viewProposal(w.Proposal), Own: w.Own})
	}
	return out, nil
}

type confirmPostInput struct {
	ID   string `path:"id" maxLength:"50" doc:"登录名"`
	Body struct {
		Rev int64 `json:"rev" minimum:"1" doc:"看到的那一版"`
		model.RoleAssignment
	}
}

func (a *api) confirmPost(ctx context.Context, cut access.Lists, in *confirmPostInput) (*struct{}, error) {
	_, err := a.Account.ConfirmPost(ctx, cut, in.ID, in.Body.Rev, in.Body.RoleAssignment)
	return nil, err
}

type refusePostInput struct {
	ID   string `path:"id" maxLength:"50" doc:"登录名"`
	Body struct {
		Rev int64 `json:"rev" minimum:"1" doc:"看到的那一版"`
		model.RoleAssignment
		Why string `json:"why" minLength:"1" maxLength:"200" doc:"为什么不同意,提出的人看得到"`
	}
}

func (a *api) refusePost(ctx context.Context, cut access.Lists, in *refusePostInput) (*struct{}, error) {
	_, err := a.Account.RefusePost(ctx, cut, in.ID, in.Body.Rev, in.Body.RoleAssignment, in.Body.Why)
	return nil, err
}
