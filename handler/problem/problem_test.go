package problem_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"bangfu/handler/problem"
	"bangfu/service/model"
)

func TestFrom(t *testing.T) {
	conflict := model.NewError(model.KindConflict, "changed_meanwhile", "有人改过")
	conflict.Rev = 7
	refused := model.NewError(model.KindInvalid, "not_poor", "不能退出")
	refused.Why = []model.Reason{{Code: "income", Msg: "收入不够"}, {Code: "school", Msg: "有人失学"}}
	for _, c := range []struct {
		err  error
		want string
	}{
		{conflict, `{"title":"有冲突","status":409,"code":"changed_meanwhile","detail":"有人改过","rev":7}`},
		{fmt.Errorf("while changing: %w", refused), `{"title":"内容不对","status":400,"code":"not_poor","detail":"不能退出",` +
			`"reasons":[{"code":"income","detail":"收入不够"},{"code":"school","detail":"有人失学"}]}`},
		{model.NewError(model.KindNotFound, "gone", "没有").Wrap(errors.New("secret cause")), `{"title":"没有找到","status":404,"code":"gone","detail":"没有"}`},
		{errors.New("secret cause"), `{"title":"系统出错","status":500,"code":"internal","detail":"系统出错了,已经记下,请稍后再试"}`},
	} {
		if got, err := json.Marshal(problem.From(c.err)); err != nil || string(got) != c.want {
			t.Errorf("%s %v\nwant %s", got, err, c.want)
		}
	}
}
