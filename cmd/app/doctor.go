package app

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"bangfu/config"
	"bangfu/service/model"
)

// ErrUnwell says that the doctor found something.
var ErrUnwell = errors.New("something is wrong with this installation")

// finding is what one check found: empty Wrong is well, and Do is what to do about what is not. Note is said where all is well.
type finding struct{ Wrong, Do, Note string }

// doctor looks at an installation from beside: it starts nothing and changes nothing.
type doctor struct {
	*App
	askWeChat bool
	roots     *x509.CertPool
}

// check is one thing that the doctor looks at. One that the others need ends the round when it finds something.
type check struct {
	name   string
	needed bool
	look   func(*doctor, context.Context) finding
}

var checks = []check{
	{"临时文件夹", false, func(*doctor, context.Context) finding { return of(refuseFullTemp(), "给TMPDIR一个能写的地方") }},
	{"磁盘", false, (*doctor).disk},
	{"网址和证书", false, (*doctor).address},
	{"Redis", false, (*doctor).redisAnswers},
	{"微信", false, (*doctor).accounts},
	{"数据库", true, (*doctor).databaseAnswers},
	{"数据结构", true, (*doctor).migrations},
	{"索引", false, (*doctor).indexes},
	{"时钟", false, (*doctor).clocks},
	{"队列", false, (*doctor).queueMoves},
	{"审计记录", false, (*doctor).audit},
	{"备份", false, (*doctor).backedUp},
}

// Doctor says what is wrong with an installation and what to do; ErrUnwell when anything is. loaded is why the configuration could
// not be read, if it could not.
func Doctor(ctx context.Context, cfg config.Config, loaded error, opts Options, askWeChat bool, w io.Writer) error {
	if !say(w, "配置", of(loaded, "照 config/example.env 改好上面几项")) {
		return ErrUnwell
	}
	d := &doctor{App: newApp(config.Serve, cfg, opts), askWeChat: askWeChat, roots: opts.Roots}
	well := true
	for _, c := range checks {
		ok := say(w, c.name, c.look(d, ctx))
		if well = well && ok; !ok && c.needed {
			break
		}
	}
	if err := d.Stop(ctx); err != nil || well {
		return err
	}
	return ErrUnwell
}

func of(err error, do string) finding {
	if err == nil {
		return finding{}
	}
	return finding{Wrong: err.Error(), Do: do}
}

func say(w io.Writer, name string, f finding) bool {
	if f.Wrong == "" {
		_, _ = fmt.Fprintln(w, strings.TrimRight("好   "+name+" "+f.Note, " "))
		return true
	}
	_, _ = fmt.Fprintf(w, "不好 %s:%s\n     怎么办:%s\n", name, f.Wrong, f.Do)
	return false
}

func (d *doctor) disk(context.Context) finding {
	dir := d.cfg.DataDir
	if _, err := os.Stat(dir); err != nil {
		dir = os.TempDir()
	}
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return of(err, "看DATA_DIR在不在")
	}
	return room(s.Bavail*uint64(s.Bsize), s.Blocks*uint64(s.Bsize))
}

// room is little when less than a gigabyte is free, or less than one part in twenty.
func room(free, all uint64) finding {
	text := fmt.Sprintf("还剩%.1f GB,共%.1f GB", float64(free)/1e9, float64(all)/1e9)
	if free < 1e9 || free < all/20 {
		return finding{Wrong: text, Do: "清理旧文件,或换大一点的磁盘;写满了就什么都记不下"}
	}
	return finding{Note: text}
}

// certificateDays is how many days a certificate has to be good for.
const certificateDays = 14

func (d *doctor) address(ctx context.Context) finding {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if d.roots != nil {
		transport.TLSClientConfig.RootCAs = d.roots
	}
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.cfg.PublicBaseURL+"/healthz", nil)
	if err != nil {
		return of(err, "改PUBLIC_BASE_URL")
	}
	resp, err := (&http.Client{Timeout: 5 * time.Second, Transport: transport}).Do(req)
	if err != nil {
		return of(err, "看bangfu serve和前面的代理开着没有、域名指对没有、证书过期没有")
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return finding{Wrong: fmt.Sprintf("/healthz回答%d", resp.StatusCode), Do: "看PUBLIC_BASE_URL前面的代理是不是指到了bangfu serve"}
	}
	if resp.TLS == nil {
		return finding{Note: "没有用https"}
	}
	return certificate(int(time.Until(resp.TLS.PeerCertificates[0].NotAfter).Hours() / 24))
}

func certificate(days int) finding {
	if days < certificateDays {
		return finding{Wrong: fmt.Sprintf("证书只剩%d天", days), Do: "续证书,过期了微信和手机都打不开"}
	}
	return finding{Note: fmt.Sprintf("证书还有%d天", days)}
}

func (d *doctor) redisAnswers(ctx context.Context) finding {
	if d.cfg.EmbeddedQueue() {
		return finding{Note: "用的是内置的,不用看"}
	}
	err := d.openRedis(ctx)
	if err == nil {
		err = d.rdb.Set(ctx, "bangfu:doctor", "1", time.Minute).Err()
	}
	return of(err, "看Redis开着没有、REDIS_ADDR或REDIS_URL和密码对不对、内存满没满")
}

func (d *doctor) databaseAnswers(ctx context.Context) finding {
	if d.cfg.Embedded() {
		if _, err := os.Stat(databaseDir(d.cfg)); err != nil {
			return finding{Wrong: "DATA_DIR里没有数据库", Do: "看DATA_DIR写对没有;新装的先运行 bangfu migrate"}
		}
	}
	err := d.openStore(ctx, false)
	if err == nil && !d.cfg.Embedded() {
		err = d.store.ProveWrite(ctx, d.clock.Now())
	}
	return of(err, "看数据库开着没有、MONGO_URI和密码对不对、磁盘满没满;要MongoDB 6以上")
}

func (d *doctor) migrations(ctx context.Context) finding {
	return of(d.requireMigrated(ctx), "数据旧就停下服务运行 bangfu migrate;数据新就换上新版的程序")
}

func (d *doctor) indexes(ctx context.Context) finding {
	missing, err := d.store.MissingIndexes(ctx)
	if err == nil && len(missing) > 0 {
		err = fmt.Errorf("缺%d个:%s", len(missing), strings.Join(missing, ";"))
	}
	return of(err, "在数据库里照这几个建上,否则越用越慢")
}

// clockSkew is how far clocks may be apart: WeChat's pushes carry their time.
const clockSkew = 30 * time.Second

func (d *doctor) clocks(ctx context.Context) finding {
	if d.cfg.Embedded() {
		return finding{Note: "数据库在本机,不用比"}
	}
	at, err := d.store.ServerTime(ctx)
	if err != nil {
		return of(err, "看数据库")
	}
	return skew(time.Since(at))
}

func skew(apart time.Duration) finding {
	if apart.Abs() > clockSkew {
		return finding{Wrong: fmt.Sprintf("和数据库的钟差%s", apart.Abs().Round(time.Second)), Do: "给两台机器都打开自动对时(chrony或systemd-timesyncd)"}
	}
	return finding{}
}

func (d *doctor) queueMoves(ctx context.Context) finding {
	oldest, err := d.store.OldestJob(ctx)
	if err != nil {
		return of(err, "看数据库")
	}
	if waits := d.since(oldest); waits > (48 * time.Hour).Seconds() {
		return finding{Wrong: fmt.Sprintf("有活等了%d小时还没办", int(waits/3600)), Do: "看bangfu work开着没有,日志里job put off写着为什么"}
	}
	return finding{}
}

func (d *doctor) audit(ctx context.Context) finding {
	last, err := d.store.LastAuditCheck(ctx)
	if err == nil && last.Broken > 0 {
		err = fmt.Errorf("有%d处不对", last.Broken)
	}
	return of(err, "运行 bangfu verify-audit,把它说的留下来,报告负责人")
}

func (d *doctor) backedUp(ctx context.Context) finding {
	service, err := d.newBackups()
	if err != nil {
		return of(err, "照 config/example.env 改好BACKUP_开头的几项")
	}
	st, err := service.State(ctx)
	switch {
	case err != nil:
		return of(err, "看数据库")
	case !st.Plan.On:
		return finding{Wrong: "没有设自动备份", Do: "设好BACKUP_AT、BACKUP_TO和BACKUP_KEY,每天夜里自己备份"}
	case st.Late:
		return finding{Wrong: "最近一次好的备份过了30个小时", Do: "看放备份的盘在不在、满没满;日志里back up写着为什么"}
	case st.LastGood.ID == "":
		return finding{Note: "第一次还没有做好"}
	}
	return finding{Note: "最近一次好的是" + st.LastGood.BegunAt.In(model.Shanghai).Format("1月2日15:04")}
}

func (d *doctor) accounts(ctx context.Context) finding {
	if !d.askWeChat {
		return finding{Note: "没看;要看加 --wechat"}
	}
	return of(askAccounts(ctx, d.cfg, d.opts), "运行 bangfu wechat check 看细处")
}

// askAccounts has WeChat say whether it takes both accounts.
func askAccounts(ctx context.Context, cfg config.Config, opts Options) error {
	return atEdge(ctx, cfg, opts, func(a *App) error {
		for _, err := range []error{a.svc.oa.Probe(ctx), a.svc.mini.Probe(ctx)} {
			if err != nil {
				return errors.New(inPlainWords(err))
			}
		}
		return nil
	})
}
