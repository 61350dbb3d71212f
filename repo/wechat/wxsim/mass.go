package wxsim

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// WeChat's limits of mass messages.
const (
	minMass         = 2
	maxMass         = 10000
	maxMassID       = 32 // bytes of a clientmsgid
	massPerMinute   = 60
	massPerPerson   = 4 // a calendar month
	massToAllMonth  = 4
	massRemembered  = 24 * time.Hour
	massJobFinished = "MASSSENDJOBFINISH"
)

// massSpeeds are the real speeds of the five settings, in ten thousand people a minute.
var massSpeeds = []int{80, 60, 45, 30, 10}

// massJob is one mass message.
type massJob struct {
	id      int64
	msgType string
	status  string
	at      time.Time
	agreed  func() // delivers it, while it waits for an administrator; nil otherwise
}

// massBook is what WeChat keeps about an account's mass messages.
type massBook struct {
	jobs   map[string]*massJob // by msg_id
	byID   map[string]*massJob // by clientmsgid
	recent []time.Time         // requests of the last minute
	toAll  []time.Time         // messages to every follower
	got    map[string]int      // messages by openid and month
	speed  int
}

func newMassBook() massBook {
	return massBook{jobs: map[string]*massJob{}, byID: map[string]*massJob{}, got: map[string]int{}}
}

// massCall is the body of both sends, apart from who gets it.
type massCall struct {
	MsgType  string `json:"msgtype"`
	ClientID string `json:"clientmsgid"`
	content  string // what people read
	key      string // by which a repeat is known
}

// readMass counts the request and checks what both sends share.
func (s *Sim) readMass(c *call) (in massCall, err error) {
	if err = s.mass.pace(c.now); err != nil {
		return in, err
	}
	if code := s.faults.MassRefused; code != 0 {
		return in, fail(code, "refused")
	}
	if err = c.bind(&in); err != nil {
		return in, err
	}
	if len(in.ClientID) > maxMassID {
		return in, fail(45067, "clientmsgid size out of limit")
	}
	// Without an id WeChat makes one of range and content, so that here too a repeat is a repeat.
	in.key = "id " + in.ClientID
	if in.ClientID == "" {
		sum := sha256.Sum256(c.body)
		in.key = "sum " + c.route.path + hex.EncodeToString(sum[:])
	}
	in.content, err = massContent(in.MsgType, c.body)
	return in, err
}

// pace allows so many requests in any minute.
func (b *massBook) pace(now time.Time) error {
	b.recent = slices.DeleteFunc(b.recent, func(t time.Time) bool { return now.Sub(t) >= time.Minute })
	if len(b.recent) >= massPerMinute {
		return fail(45011, "api minute-quota reach limit, must slower, retry next minute")
	}
	b.recent = append(b.recent, now)
	return nil
}

// massContent checks the part of the message its type names and returns what people read.
func massContent(msgType string, body []byte) (string, error) {
	var in struct {
		Text   struct{ Content string }
		Images struct {
			IDs []string `json:"media_ids"`
		} `json:"images"`
	}
	if json.Unmarshal(body, &in) != nil {
		return "", fail(47001, "data format error")
	}
	switch msgType {
	case "text":
		return in.Text.Content, checkText(in.Text.Content)
	case "images":
		if len(in.Images.IDs) == 0 {
			return "", fail(40007, "invalid media_id")
		}
		return placeholder("image"), nil
	case "mpvideo":
		return placeholder("video"), checkMedia(msgType, body)
	case "mpnews", "image", "voice":
		return placeholder(msgType), checkMedia(msgType, body)
	case "wxcard":
		return placeholder(msgType), nil
	default:
		return "", fail(40008, "invalid message type")
	}
}

// apiMassSendAll sends to the followers with a tag, or to all of them.
func apiMassSendAll(s *Sim, c *call) (any, error) {
	in, err := s.readMass(c)
	if err != nil {
		return nil, err
	}
	var to struct {
		Filter struct {
			ToAll bool        `json:"is_to_all"`
			TagID json.Number `json:"tag_id"`
		} `json:"filter"`
	}
	if err := c.bind(&to); err != nil {
		return nil, err
	}
	tagID, _ := to.Filter.TagID.Int64()
	if !to.Filter.ToAll && !s.tags.has(int(tagID)) {
		return nil, fail(40152, "invalid tag id")
	}
	if err := s.mass.repeated(in, c.now); err != nil {
		return nil, err
	}
	if to.Filter.ToAll {
		if err := s.mass.spendToAll(c.now); err != nil {
			return nil, err
		}
	}
	return s.massRun(c, in, s.recipients(func(p *person) bool {
		return to.Filter.ToAll || slices.Contains(p.tags, int(tagID))
	}))
}

// apiMassSend sends to a list of people; only the followers among them count.
func apiMassSend(s *Sim, c *call) (any, error) {
	in, err := s.readMass(c)
	if err != nil {
		return nil, err
	}
	var to struct {
		OpenIDs []string `json:"touser"`
	}
	if err := c.bind(&to); err != nil {
		return nil, err
	}
	listed := map[string]bool{}
	for _, id := range to.OpenIDs {
		listed[id] = true
	}
	switch {
	case len(listed) < minMass:
		return nil, fail(40130, "invalid openid list size, at least two openid")
	case len(to.OpenIDs) > maxMass:
		return nil, fail(40032, "invalid openid list size")
	}
	known := map[string]bool{}
	for _, p := range s.people {
		known[p.OAOpenID] = true
	}
	for id := range listed {
		if !known[id] {
			return nil, fail(40031, "invalid openid list")
		}
	}
	if err := s.mass.repeated(in, c.now); err != nil {
		return nil, err
	}
	return s.massRun(c, in, s.recipients(func(p *person) bool { return listed[p.OAOpenID] }))
}

// recipients are the followers whom a test picks, in the order they were added. The caller holds s.mu.
func (s *Sim) recipients(wanted func(p *person) bool) []*person {
	var list []*person
	for _, id := range s.order {
		if p := s.people[id]; p.Following && wanted(p) {
			list = append(list, p)
		}
	}
	return list
}

// repeated refuses what was sent in the last day, and gives its id.
func (b *massBook) repeated(in massCall, now time.Time) error {
	if job, known := b.byID[in.key]; known && now.Sub(job.at) < massRemembered {
		return massRepeat(job)
	}
	return nil
}

func massRepeat(job *massJob) error {
	return &apiError{code: 45065, msg: "clientmsgid exist", more: map[string]any{"msg_id": job.id}}
}

// spendToAll allows one message to everybody a day, and four a month.
func (b *massBook) spendToAll(now time.Time) error {
	month := 0
	for _, t := range b.toAll {
		if shanghai(t).Format(time.DateOnly) == shanghai(now).Format(time.DateOnly) {
			return fail(45028, "has no masssend quota")
		}
		if monthOf(t) == monthOf(now) {
			month++
		}
	}
	if month >= massToAllMonth {
		return fail(45028, "has no masssend quota")
	}
	b.toAll = append(b.toAll, now)
	return nil
}

func monthOf(t time.Time) string { return shanghai(t).Format("2006-01") }

// massTally is what became of a mass message. After the filter: sent or failed.
type massTally struct{ total, filtered, sent, failed int }

// massRun takes a mass message on, delivers it and reports.
func (s *Sim) massRun(c *call, in massCall, people []*person) (any, error) {
	s.msgID++
	job := &massJob{id: s.msgID, msgType: in.MsgType, status: "SEND_SUCCESS", at: c.now}
	s.mass.jobs[strconv.FormatInt(job.id, 10)], s.mass.byID[in.key] = job, job
	if take(&s.faults.MassAdmin) {
		job.status = "SENDING"
		acct, now := c.acct, c.now
		job.agreed = func() {
			job.status, job.agreed = "SEND_SUCCESS", nil
			tally := s.massDeliver(now, in, people)
			s.pushLater(s.massReport(acct, job, "send success", tally))
		}
		return nil, &apiError{code: 89505, msg: "need admin confirm", more: map[string]any{"msg_id": job.id}}
	}
	var tally massTally
	if s.faults.MassEnd != "" {
		job.status = "SEND_FAIL"
	} else {
		tally = s.massDeliver(c.now, in, people)
	}
	if !s.faults.MassHold {
		c.later(s.massReport(c.acct, job, orElse(s.faults.MassEnd, "send success"), tally))
	}
	if take(&s.faults.MassFirst45065) {
		return nil, massRepeat(job)
	}
	answer := map[string]any{"errcode": 0, "errmsg": "send job submission success", "msg_id": job.id}
	if in.MsgType == "mpnews" {
		answer["msg_data_id"] = job.id%1e9 + 1
	}
	return answer, nil
}

// massAgree has the administrator agree to whatever waits. The caller holds s.mu.
func (s *Sim) massAgree() {
	for _, job := range s.mass.jobs {
		if job.agreed != nil {
			job.agreed()
		}
	}
}

// massDeliver filters out who has had this month's messages. Whoever refuses is an error.
func (s *Sim) massDeliver(now time.Time, in massCall, people []*person) massTally {
	tally := massTally{total: len(people)}
	for _, p := range people {
		month := p.OAOpenID + " " + monthOf(now)
		switch {
		case s.mass.got[month] >= massPerPerson:
			continue
		case s.refused(p.OAOpenID) != nil || slices.Contains(s.faults.Blocked, p.OAOpenID):
			tally.failed++
		default:
			s.mass.got[month]++
			tally.sent++
			s.say(p, Message{From: "account", Kind: in.MsgType, Via: "mass", Content: in.content})
		}
		tally.filtered++
	}
	return tally
}

// massReport is the event at the end. It comes from WeChat's own helper, not from a follower.
func (s *Sim) massReport(a *account, job *massJob, end string, n massTally) outgoing {
	helper := &person{User: User{OAOpenID: derivedID("oa", "mphelper")}}
	articles := []field{}
	if job.msgType == "mpnews" && job.status == "SEND_SUCCESS" {
		articles = append(articles, nested("item",
			number("ArticleIdx", 1), text("ArticleUrl", "http://mp.weixin.qq.com/s/"+randomText(22))))
	}
	return s.report(a, helper, massJobFinished,
		number("MsgID", job.id), text("Status", end),
		number("TotalCount", int64(n.total)), number("FilterCount", int64(n.filtered)),
		number("SentCount", int64(n.sent)), number("ErrorCount", int64(n.failed)),
		nested("CopyrightCheckResult", number("Count", 0), nested("ResultList"), number("CheckState", 0)),
		nested("ArticleUrlResult", number("Count", int64(len(articles))), nested("ResultList", articles...)),
	)
}

// massJobOf reads a msg_id, which may be a string or a number.
func (s *Sim) massJobOf(c *call) (*massJob, error) {
	var in struct {
		ID json.RawMessage `json:"msg_id"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	job, known := s.mass.jobs[strings.Trim(string(in.ID), `"`)]
	if !known {
		return nil, fail(40059, "invalid msg id")
	}
	return job, nil
}

func apiMassGet(s *Sim, c *call) (any, error) {
	job, err := s.massJobOf(c)
	if err != nil {
		return nil, err
	}
	status := job.status
	if s.faults.MassHold {
		status = "SENDING"
	}
	return map[string]any{"msg_id": job.id, "msg_status": status}, nil
}

// apiMassDelete takes an article or a video back; anything else stays with who has it.
func apiMassDelete(s *Sim, c *call) (any, error) {
	job, err := s.massJobOf(c)
	if err != nil {
		return nil, err
	}
	if job.msgType != "mpnews" && job.msgType != "mpvideo" {
		return nil, fail(40008, "invalid message type")
	}
	job.status = "DELETE"
	return done(), nil
}

// apiMassPreview shows one follower a message as it would look; it counts for nothing.
func apiMassPreview(s *Sim, c *call) (any, error) {
	var in struct {
		ToUser  string `json:"touser"`
		Name    string `json:"towxname"` // here the user's id, and before touser
		MsgType string `json:"msgtype"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	p, known := s.people[in.Name]
	switch {
	case in.Name != "" && !known:
		return nil, fail(40132, "invalid username")
	case in.Name == "":
		if p = s.byOpenID(c.acct, in.ToUser); p == nil {
			return nil, fail(40003, "invalid openid")
		}
	}
	if !p.Following {
		return nil, fail(43004, "require subscribe")
	}
	content, err := massContent(in.MsgType, c.body)
	if err != nil {
		return nil, err
	}
	if err := s.refused(p.OAOpenID); err != nil {
		return nil, err
	}
	s.msgID++
	s.say(p, Message{From: "account", Kind: in.MsgType, Via: "mass", Content: content})
	return map[string]any{"errcode": 0, "errmsg": "preview success", "msg_id": s.msgID}, nil
}

func apiMassSpeedGet(s *Sim, _ *call) (any, error) {
	return map[string]any{"errcode": 0, "errmsg": "ok", "speed": s.mass.speed, "realspeed": massSpeeds[s.mass.speed]}, nil
}

func apiMassSpeedSet(s *Sim, c *call) (any, error) {
	var in struct {
		Speed *int `json:"speed"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	switch {
	case in.Speed == nil:
		return nil, fail(45084, "speed is missing")
	case *in.Speed < 0 || *in.Speed >= len(massSpeeds):
		return nil, fail(45083, "speed out of range")
	}
	s.mass.speed = *in.Speed
	return done(), nil
}
