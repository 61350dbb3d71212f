package app_test

import (
	"bytes"
	"errors"
	"testing"

	"bangfu/cmd/app"
	"bangfu/cmd/app/apptest"
	"bangfu/config"
	"bangfu/repo/embedded"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

func TestVerifyAudit(t *testing.T) {
	apptest.OnlyEmbedded(t)
	r := apptest.Boot(t)
	for _, name := range []string{"doctor", "finance", "inspector", "publisher"} {
		r.StaffToken(name)
	}
	cfg, err := config.Load(config.Maintain, map[string]string{"DATA_DIR": r.Dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	verify := func() (string, error) {
		var out bytes.Buffer
		err := app.VerifyAudit(t.Context(), cfg, app.Options{}, &out)
		return out.String(), err
	}
	out, err := verify() // beside the running Bangfu
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	apptest.WantContains(t, out, "审计记录 4 行,完好")
	r.Stop()

	tamper(t, r.Dir)
	out, err = verify()
	if !errors.Is(err, app.ErrAudit) {
		t.Errorf("%v", err)
	}
	apptest.WantContains(t, out, "第2行或它的前一行被改过", "第3行不见了", "处不对")
}

// tamper reaches past Bangfu into its database: it alters the second line and removes the third.
func tamper(t *testing.T, dir string) {
	t.Helper()
	db, err := embedded.OpenDatabase(dir+"/db", true)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	client, err := mongo.Connect(options.Client().ApplyURI(db.URI()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Disconnect(t.Context()) }()
	c := client.Database("bangfu").Collection("audit_log")
	line := func(id string) bson.D { return bson.D{{Key: "_id", Value: id}} }
	_, err1 := c.UpdateOne(t.Context(), line("000000000002"), bson.D{{Key: "$set", Value: bson.D{{Key: "actor", Value: "staff:office"}}}})
	_, err2 := c.DeleteOne(t.Context(), line("000000000003"))
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
}
