package aid

import (
	"context"
	"strings"

	"bangfu/repo/wechat"
	"bangfu/service/model"
)

// mostWords is how many characters somebody may write to an application.
const mostWords = 500

var (
	errWords = model.NewError(model.KindInvalid, "words", "请用500字以内说清楚")
	errRisky = model.NewError(model.KindInvalid, "words_risky", "这段话里有微信不让发的内容,请换个说法再发一次;说不清楚的,可以直接找帮扶干部或扶贫办")
)

// checkWords has WeChat look at what somebody wrote who is known to the mini-program. The flag says what the office
// should know about it; accountID is empty for what staff wrote.
func (s *Service) checkWords(ctx context.Context, text, accountID string) (words, flag string, err error) {
	words = strings.TrimSpace(text)
	if len([]rune(words)) > mostWords {
		return "", "", errWords
	}
	if words == "" || accountID == "" {
		return words, "", nil
	}
	openID, err := s.miniOpenID(ctx, accountID)
	if err != nil {
		return "", "", err
	}
	if openID == "" {
		return words, model.WordsUnchecked, nil
	}
	// Without WeChat's opinion the words are taken, and the office reads them first; so it gets a third of the time.
	ctx, cancel := model.Share(ctx, 3)
	defer cancel()
	verdict, err := s.mini.CheckText(ctx, wechat.TextCheck{OpenID: openID, Scene: wechat.SceneProfile, Content: words})
	switch {
	case err != nil:
		return words, model.WordsUnchecked, nil // WeChat's trouble must not stop somebody who needs help
	case verdict.Suggest == wechat.SuggestRisky:
		return "", "", errRisky
	case verdict.Suggest != wechat.SuggestPass:
		return words, model.WordsReview, nil
	}
	return words, "", nil
}

// miniOpenID is the person's openid at the mini-program; empty when they have never been there.
func (s *Service) miniOpenID(ctx context.Context, accountID string) (string, error) {
	identities, err := s.store.IdentitiesOf(ctx, accountID)
	for _, i := range identities {
		if i.Channel == model.ChannelMini {
			return i.OpenID, err
		}
	}
	return "", err
}
