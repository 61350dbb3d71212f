package wechat

import (
	"errors"
	"fmt"
	"testing"
)

func TestJSSignatureVector(t *testing.T) {
	got := jsSignature("sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg",
		"Wm3WZYTPz0wzccnW", 1414587457, "http://mp.weixin.qq.com?params=value")
	if got != "0f9de62fce790f9a083d5c99e95740ceb90c27ed" {
		t.Error(got)
	}
}

// The rows of WeChat's return codes that a sender must tell apart, in the order of their numbers. What a
// caller does with each follows from its class alone, so each stands here by hand.
func TestClassOfEveryCode(t *testing.T) {
	rows := []struct {
		class Class
		codes []int64
	}{
		{ClassRetry, []int64{-1}},
		{ClassToken, []int64{40001}},
		{ClassAccount, []int64{40002}},
		{ClassUser, []int64{40003}},
		{ClassPayload, []int64{40008}},
		{ClassAccount, []int64{40013}},
		{ClassToken, []int64{40014}},
		{ClassCode, []int64{40029, 40030}},
		{ClassPayload, []int64{40031, 40032, 40033, 40035, 40036, 40037, 40039, 40097}},
		{ClassAccount, []int64{40125}},
		{ClassPayload, []int64{40130, 40152}},
		{ClassCode, []int64{40163}},
		{ClassAccount, []int64{40164}},
		{ClassPayload, []int64{40165, 40212}},
		{ClassUser, []int64{40226}},
		{ClassAccount, []int64{40243}},
		{ClassPayload, []int64{40246, 40247, 40249, 41001}},
		{ClassCode, []int64{41008}},
		{ClassPayload, []int64{41030, 41040}},
		{ClassToken, []int64{42001}},
		{ClassCode, []int64{42002, 42003, 42007}},
		{ClassUser, []int64{43004, 43019, 43101}},
		{ClassAccount, []int64{43107}},
		{ClassRetry, []int64{43108}},
		{ClassAccount, []int64{43116}},
		{ClassPayload, []int64{44002, 44003, 44004}},
		{ClassMinute, []int64{44990}},
		{ClassDay, []int64{44993}},
		{ClassPayload, []int64{45002, 45003, 45004, 45005, 45006, 45008}},
		{ClassDay, []int64{45009}},
		{ClassMinute, []int64{45011}},
		{ClassWindow, []int64{45015}},
		{ClassDay, []int64{45028}},
		{ClassWindow, []int64{45047}},
		{ClassPayload, []int64{45062}},
		{ClassDone, []int64{45065}},
		{ClassMinute, []int64{45066}},
		{ClassPayload, []int64{45067}},
		{ClassIgnore, []int64{45072, 45080, 45081}},
		{ClassAccount, []int64{45103}},
		{ClassPayload, []int64{45113, 45159, 45162, 45168}},
		{ClassRetry, []int64{45169, 45171}},
		{ClassPayload, []int64{47001, 47003}},
		{ClassAccount, []int64{48001}},
		{ClassUser, []int64{48002}},
		{ClassAccount, []int64{48003, 48004, 48006, 48008}},
		{ClassPayload, []int64{48021, 48022}},
		{ClassUser, []int64{49003, 50002}},
		{ClassAccount, []int64{50004}},
		{ClassUser, []int64{50005}},
		{ClassAccount, []int64{50007, 61004, 61007}},
		{ClassUser, []int64{61010}},
		{ClassRetry, []int64{61450}},
		{ClassPayload, []int64{61451}},
		{ClassUser, []int64{70000}},
		{ClassAccount, []int64{85079}},
		{ClassPayload, []int64{85401, 85402, 85403, 85404, 85405, 85406, 85407, 85408, 87014}},
		{ClassAccount, []int64{89503}},
		{ClassPending, []int64{89504, 89505}},
		{ClassAccount, []int64{89506, 89507}},
		{ClassRetry, []int64{268487001, 268487002}},
	}
	for _, row := range rows {
		for _, code := range row.codes {
			if got := classOf(code); got != row.class {
				t.Errorf("%d: %s, want %s", code, got, row.class)
			}
			if !listed(code) {
				t.Errorf("%d is not in the table", code)
			}
		}
	}
}

func listed(code int64) bool {
	for _, codes := range codesOf {
		for _, c := range codes {
			if c == code {
				return true
			}
		}
	}
	return false
}

func TestEveryCodeStandsOnce(t *testing.T) {
	seen := map[int64]Class{}
	for class, codes := range codesOf {
		for _, code := range codes {
			if before, twice := seen[code]; twice {
				t.Errorf("%d is both %s and %s", code, before, class)
			}
			seen[code] = class
		}
	}
}

func TestWithSecret(t *testing.T) {
	stale := newError("/api", 40001, "invalid credential rid: 64eeed96-5a846396-29ad80fd")
	got := withSecret(fmt.Errorf("outer: %w", stale))
	if ClassOf(got) != ClassAccount || CodeOf(got) != 40001 || RIDOf(got) == "" || stale.Class != ClassToken {
		t.Errorf("%v", got)
	}
	other := errors.New("other")
	if withSecret(nil) != nil || withSecret(other) != other {
		t.Error("changes what it should not")
	}
}
