package bot

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode"

	"bangfu/service/access"
	"bangfu/service/account"
	"bangfu/service/bot/understand"
	"bangfu/service/model"
)

// learned is the lexicon with what the office has added, as it was read last.
type learned struct {
	mu      sync.Mutex
	lexicon *understand.Lexicon
	cues    string // what it was made of
	at      time.Time
}

// relearn is how long a cue that another process was told may take to be known here.
const relearn = time.Minute

// lexicon is what the bot knows of language now.
func (s *Service) lexicon() *understand.Lexicon {
	s.learned.mu.Lock()
	defer s.learned.mu.Unlock()
	if s.learned.lexicon == nil {
		return understand.Default()
	}
	return s.learned.lexicon
}

// Prepare loads the lexicon, with the cues of the office, so that nobody waits for it with their first message.
func (s *Service) Prepare(ctx context.Context) error {
	err := s.learn(ctx, true)
	s.lexicon()
	return err
}

// learn reads the cues of the office, if they were not read just now. One that the lexicon does not take any more is
// passed over: the built-in lexicon may have changed since.
func (s *Service) learn(ctx context.Context, now bool) error {
	s.learned.mu.Lock()
	defer s.learned.mu.Unlock()
	if age := s.Now().Sub(s.learned.at); !now && age >= 0 && age < relearn {
		return nil
	}
	list, err := s.Store.Cues(ctx)
	if err != nil {
		return err
	}
	s.learned.at = s.Now()
	var all []understand.Addition
	made := ""
	for _, c := range list {
		made += c.ID + "\n"
		all = append(all, understand.Addition{Intent: understand.Intent(c.Intent), Cue: c.Text})
	}
	if made == s.learned.cues {
		return nil
	}
	lexicon, err := understand.Load(all...)
	if err != nil {
		return fmt.Errorf("cues of the office: %w", err)
	}
	s.learned.lexicon, s.learned.cues = lexicon, made
	return nil
}

var (
	errCue   = model.NewError(model.KindInvalid, "cue", "没有这个意思,或者这句话写得不对")
	errNoCue = model.NewError(model.KindNotFound, "no_such_sentence", "没有找到这句话")
)

// Unheard are the sentences that were not understood and that nobody has dealt with, the most frequent first.
func (s *Service) Unheard(ctx context.Context, _ access.Farm, limit int) ([]model.Unheard, error) {
	return s.Store.Unheard(ctx, int64(limit))
}

// Cues are what the office has added to the lexicon.
func (s *Service) Cues(ctx context.Context, _ access.Farm) ([]model.Cue, error) {
	return s.Store.Cues(ctx)
}

// Meaning is what a sentence can mean, as the office reads it.
type Meaning struct{ Intent, Says string }

// Meanings are what a sentence can mean; what nobody makes a cue of, "not understood", is none.
func (s *Service) Meanings() []Meaning { return meanings }

var meanings = []Meaning{
	{"home", "看家里的情况"}, {"money", "问收到的钱"}, {"money_missing", "钱没到账,或者不对"}, {"dividend", "问分红"}, {"wages", "问工钱、卖货的钱"},
	{"loan", "问借款"}, {"visit_when", "问干部哪天来"}, {"cadre_who", "问干部是谁"}, {"cadre_phone", "要干部的电话"}, {"came", "说干部来过"},
	{"not_came", "说干部没来"}, {"rate", "评价走访"}, {"need", "说难处"}, {"need_status", "问反映的事办得怎样"}, {"withdraw", "撤回刚才说的"},
	{"complaint", "投诉"}, {"apply", "要申请"}, {"why_not", "问为什么没有"}, {"application_status", "问申请办到哪一步"}, {"policy", "问政策"},
	{"who_looked", "问谁看过我家"}, {"proxy", "托人代看"}, {"bind", "要登记"}, {"unbind", "解除登记"}, {"life_event", "家里有大事"},
	{"self_report", "日子过不下去"}, {"person", "找人工"}, {"stop", "不要再发"}, {"resume", "恢复提醒"}, {"public", "看公示"},
	{"month", "干部:本月走访"}, {"record", "干部:记走访"}, {"excuse", "干部:去不了"}, {"my_households", "干部:我的户"}, {"issue_code", "干部:发绑定码"},
	{"needs", "干部:经办的难事"}, {"told", "干部:当面告知了"}, {"correct", "干部:更正走访"}, {"household_phone", "干部:户里的电话"},
	{"yes", "对"}, {"no", "不对"}, {"back", "返回"}, {"repeat", "再说一遍"}, {"thanks", "谢谢"}, {"greet", "打招呼"}, {"help", "帮助"},
}

// Teach makes a sentence that was not understood a cue for the intent; without one the sentence only leaves the list.
func (s *Service) Teach(ctx context.Context, farm access.Farm, unheardID, intent string) error {
	u, err := s.Store.OneUnheard(ctx, unheardID)
	if model.IsKind(err, model.KindNotFound) {
		return errNoCue
	}
	if err != nil {
		return err
	}
	if intent != "" {
		if err := s.AddCue(ctx, farm, intent, u.Text); err != nil {
			return err
		}
	}
	return s.Store.SettleUnheard(ctx, u.ID)
}

// AddCue adds a sentence, or a cue in the lexicon's form, to what an intent sounds like.
func (s *Service) AddCue(ctx context.Context, farm access.Farm, intent, text string) error {
	text = strings.TrimSpace(text)
	if _, err := understand.Load(understand.Addition{Intent: understand.Intent(intent), Cue: text}); err != nil || text == "" || len([]rune(text)) > 200 {
		return errCue
	}
	c := model.Cue{ID: model.Opaque("cue", intent, text), Record: model.NewRecord(s.Now(), farm.Actor()), Intent: intent, Text: text}
	if err := s.Store.InsertCue(ctx, c); err != nil && !model.IsKind(err, model.KindConflict) {
		return err
	}
	return s.learn(ctx, true)
}

// DropCue takes a cue of the office away again.
func (s *Service) DropCue(ctx context.Context, _ access.Farm, id string) error {
	if err := s.Store.DeleteCue(ctx, id); err != nil {
		return err
	}
	return s.learn(ctx, true)
}

// notHeard keeps a sentence that nobody understood for the office to look through, without names and numbers.
func (s *Service) notHeard(ctx context.Context, caller account.Caller, said string) error {
	text, err := s.nameless(ctx, caller, said)
	if err != nil || strings.IndexFunc(text, unicode.IsLetter) < 0 {
		return err
	}
	if err := s.claim(ctx); err != nil {
		return err
	}
	role := string(s.roles(caller)[0])
	return s.Store.NoteUnheard(ctx, model.Unheard{ID: model.Opaque("unheard", role, text), Role: role, Text: text, LastAt: s.Now()})
}

// mostKept is how many characters of a sentence are kept for the office.
const mostKept = 60

var (
	longNumber = regexp.MustCompile(`[0-9A-Za-z]*\d{3,}[0-9A-Za-z]*|[A-Za-z]+-\d+`)
	addressed  = regexp.MustCompile(`[\p{Han}]{0,2}([王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文])[\p{Han}]{0,2}(干部|书记|主任|科长|队长|场长|家|大爷|大娘|大叔|大婶|大哥|大姐|嫂|叔|婶)`)
)

// nameless is the sentence without the names of the speaker's household and cadres, of whoever is called by a post or as
// kin, and without numbers.
func (s *Service) nameless(ctx context.Context, caller account.Caller, said string) (string, error) {
	text := strings.Join(strings.Fields(said), " ")
	for _, house := range s.Access.AllMine(caller.Account) {
		names, err := s.People.NamesAround(ctx, house)
		if err != nil {
			return "", err
		}
		for _, name := range names {
			if len([]rune(name)) > 1 {
				text = strings.ReplaceAll(text, name, "某")
			}
		}
	}
	text = longNumber.ReplaceAllString(addressed.ReplaceAllString(text, "某$2"), "…")
	return firstRunes(text, mostKept), nil
}
