package store

import (
	"encoding/base64"
	"encoding/json"
	"strconv"

	"gorm.io/gorm"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// A cursor is the key of the last row shown, with the name of its list, so that a cursor of another list is recognised.

func newCursor(list string, key ...string) string {
	// Strings always encode.
	text, _ := json.Marshal(append([]string{list}, key...))
	return base64.RawURLEncoding.EncodeToString(text)
}

// cursorKey returns the key's parts; a cursor that this list has not given is CodeCursorInvalid.
func cursorKey(list, cursor string, parts int) ([]string, error) {
	var key []string
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(text, &key)
	}
	if err != nil || len(key) != parts+1 || key[0] != list {
		return nil, badCursor()
	}
	return key[1:], nil
}

func badCursor() error {
	return domain.Invalid(domain.CodeCursorInvalid, "the cursor is none of this list; start again without one")
}

func pageLimit(page domain.Page) int {
	if page.Limit < 1 {
		return defaultPage
	}
	return min(page.Limit, maxPage)
}

// pageBy continues q after the cursor in the order of one text column, and asks for one row more than the page holds.
func pageBy(q *gorm.DB, list, column string, page domain.Page) (*gorm.DB, error) {
	if page.After != "" {
		key, err := cursorKey(list, page.After, 1)
		if err != nil {
			return nil, err
		}
		q = q.Where(column+" > ?", key[0])
	}
	return q.Order(column).Limit(pageLimit(page) + 1), nil
}

// pageByID is pageBy for the column id of a table.
func pageByID(q *gorm.DB, list string, page domain.Page) (*gorm.DB, error) {
	if page.After != "" {
		key, err := cursorKey(list, page.After, 1)
		if err != nil {
			return nil, err
		}
		id, err := domain.ParseID(key[0])
		if err != nil {
			return nil, badCursor()
		}
		q = q.Where("id > ?", rowID(id))
	}
	return q.Order("id").Limit(pageLimit(page) + 1), nil
}

// pageNewest continues q after the cursor, newest first by an instant's column and the ID.
func pageNewest(q *gorm.DB, list, column string, page domain.Page) (*gorm.DB, error) {
	if page.After != "" {
		key, err := cursorKey(list, page.After, 2)
		if err != nil {
			return nil, err
		}
		at, atErr := strconv.ParseInt(key[0], 10, 64)
		id, idErr := domain.ParseID(key[1])
		if atErr != nil || idErr != nil {
			return nil, badCursor()
		}
		q = q.Where("("+column+", id) < (?, ?)", at, rowID(id))
	}
	return q.Order(column + " DESC, id DESC").Limit(pageLimit(page) + 1), nil
}

func newestCursor(list string, at domain.Instant, id domain.ID) string {
	return newCursor(list, strconv.FormatInt(int64(at), 10), id.String())
}

// cut takes off the one row too many that tells that there is a next page, and returns that page's cursor.
func cut[D any](found []D, page domain.Page, cursor func(D) string) ([]D, string) {
	limit := pageLimit(page)
	if len(found) <= limit {
		return found, ""
	}
	return found[:limit], cursor(found[limit-1])
}
