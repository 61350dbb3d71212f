package wxsim

import (
	"strconv"
	"strings"
	"time"
)

// maxQRLife is the longest a temporary QR code may live.
const maxQRLife = 30 * 24 * time.Hour

// followerInfo is what user/info tells about a follower.
type followerInfo struct {
	Subscribe int    `json:"subscribe"`
	OpenID    string `json:"openid"`
	Language  string `json:"language"`
	Since     int64  `json:"subscribe_time"`
	UnionID   string `json:"unionid"`
	Remark    string `json:"remark"`
	GroupID   int    `json:"groupid"`
	TagIDs    []int  `json:"tagid_list"`
	Scene     string `json:"subscribe_scene"`
	QRScene   int    `json:"qr_scene"`
	QRString  string `json:"qr_scene_str"`
}

func apiUserInfo(s *Sim, c *call) (any, error) {
	openID := c.query.Get("openid")
	if openID == "" {
		return nil, fail(41009, "missing openid")
	}
	p := s.byOpenID(c.acct, openID)
	if p == nil {
		return nil, fail(40003, "invalid openid")
	}
	return p.info(), nil
}

// info is short for those who do not follow. The caller holds Sim.mu.
func (p *person) info() any {
	if !p.Following {
		return map[string]any{"subscribe": 0, "openid": p.OAOpenID}
	}
	info := followerInfo{
		Subscribe: 1, OpenID: p.OAOpenID, Language: "zh_CN", Since: p.subscribeAt.Unix(), UnionID: p.UnionID,
		Remark: p.remark, TagIDs: append([]int{}, p.tags...), Scene: "ADD_SCENE_SEARCH",
	}
	if p.scene != "" {
		info.Scene = "ADD_SCENE_QR_CODE"
		if n, err := strconv.Atoi(p.scene); err == nil {
			info.QRScene = n
		} else {
			info.QRString = p.scene
		}
	}
	return info
}

// qrCode is a code the back end made; people find it by its scene.
type qrCode struct {
	ticket  string
	expires time.Time // zero for a permanent code
}

type qrRequest struct {
	Seconds int64  `json:"expire_seconds"`
	Action  string `json:"action_name"`
	Info    struct {
		Scene struct {
			ID  int64  `json:"scene_id"`
			Str string `json:"scene_str"`
		} `json:"scene"`
	} `json:"action_info"`
}

func apiQRCreate(s *Sim, c *call) (any, error) {
	var in qrRequest
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	scene, err := in.scene()
	if err != nil {
		return nil, err
	}
	code := qrCode{ticket: "gQ" + randomText(94)}
	answer := map[string]any{"ticket": code.ticket, "url": "http://weixin.qq.com/q/" + randomText(24)}
	if !strings.Contains(in.Action, "LIMIT") {
		life := min(time.Duration(in.Seconds)*time.Second, maxQRLife)
		if life <= 0 {
			life = time.Minute
		}
		code.expires = c.now.Add(life)
		answer["expire_seconds"] = int64(life / time.Second)
	}
	s.qr[scene] = code
	return answer, nil
}

func (in qrRequest) scene() (string, error) {
	id, str := in.Info.Scene.ID, in.Info.Scene.Str
	switch in.Action {
	case "QR_SCENE", "QR_LIMIT_SCENE":
		if id < 1 || (in.Action == "QR_LIMIT_SCENE" && id > 100000) || id > 1<<32-1 {
			return "", fail(40053, "invalid action info")
		}
		return strconv.FormatInt(id, 10), nil
	case "QR_STR_SCENE", "QR_LIMIT_STR_SCENE":
		if str == "" || len(str) > 64 {
			return "", fail(40053, "invalid action info")
		}
		return str, nil
	default:
		return "", fail(40052, "invalid action name")
	}
}
