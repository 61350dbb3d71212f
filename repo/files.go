package repo

import (
	"context"

	"bangfu/service/model"
)

// PutFile keeps a file, its content sealed; the same id again changes nothing. A picture is kept without what it says
// about itself. KindInvalid when it says that it is one and cannot be read.
func (s *Store) PutFile(ctx context.Context, f model.StoredFile, content []byte) error {
	content, err := model.BarePicture(f.Type, content)
	if err != nil {
		return err
	}
	if f.Content, err = s.sealer.Seal(string(content), "content", f.ID); err != nil {
		return err
	}
	f.Size = len(content)
	err = insert(ctx, s.db.Collection(colStored), f)
	if model.IsKind(err, model.KindConflict) {
		return nil
	}
	return err
}

// File with its content, opened.
func (s *Store) File(ctx context.Context, id string) (model.StoredFile, []byte, error) {
	f, err := get[model.StoredFile](ctx, s.db.Collection(colStored), id)
	if err != nil {
		return f, nil, err
	}
	content, err := s.sealer.Open(f.Content, "content", f.ID)
	return f, []byte(content), err
}

// DeleteFile removes a file; that there is none is no error.
func (s *Store) DeleteFile(ctx context.Context, id string) error {
	_, err := remove(ctx, s.db.Collection(colStored), byID(id))
	return err
}
