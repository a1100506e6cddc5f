## `psod-match kb affects`.

affects-error = { $value }: リリースを示していません。ビルド番号、7.0 U3c のようなアップデート名、または 8.0.2-23400000 のようにビルドの付いたバージョンが必要です
affects-affected = 影響を受けます: { $count } 件
affects-covers-line = このラインが対象で、ビルドは示されていません: { $count } 件
affects-unknown = 不明: { $count } 件
affects-more = 記事がリリースを示していないか、ほかのリリースを示しています。-v で一覧を表示します。
affects-rest = そのほかの既知の問題
affects-item = { $issue } { $title }: { $reason }
affects-item-fixed = { $issue } { $title }: { $reason }。修正: { $fixed }
affects-updates = ライン { $line } のアップデート
affects-update = { $release } で解消 { $clears }、残り { $leaves }。
affects-brings = 新たに影響 { $brings }。
affects-none-clears = 影響を受ける問題を解消する後のビルドは、このラインにありません。
affects-no-later = 一覧には、このラインの後のビルドがありません。
affects-undecided = ビルドでは決まらない { $count } 件は、いずれの場合も残ることがあります。
label-line = ライン
label-date = リリース日
label-mark = 区分
label-has-fix = 修正済み
label-not-affected = 影響なし
label-clears = 最多解消
label-newest = 最新
