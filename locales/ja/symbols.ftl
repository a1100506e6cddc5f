## 関数名の表: `psod-match symbols`。

symbols-indexed = 表: { $count } 個、場所: { $path }
symbols-table = { $module } { $version }: 関数 { $functions } 個、取得元 { $source }
symbols-table-written = { $module } { $version }: 関数 { $functions } 個、取得元 { $source }({ $written })
symbols-written-new = 新規
symbols-written-same = 既知
symbols-written-merged = 補完
symbols-written-replaced = 置換
symbols-column-module = モジュール
symbols-column-version = バージョン
symbols-column-functions = 関数
symbols-column-source = 取得元
symbols-column-section = セクション
symbols-column-address = アドレス
symbols-column-size = サイズ
symbols-column-name = 名前

symbols-inferred = リリースの推定: ビルド { $build }、関数 { $of } 個のうち { $agree } 個の位置がこのビルドと一致
symbols-outcome-found = { $module }: 表の取得元 { $source }
symbols-outcome-missing = { $module }: 表なし
symbols-outcome-other-version = { $module }: このバージョンの表なし。あるのは { $versions }
symbols-outcome-no-version = { $module }: クラッシュにバージョンの表示なし。表は { $versions } のもので、バージョンは --driver で指定
symbols-outcome-malformed = { $module }: 表が使えない: { $problem }
symbols-count-checked = 名前 { $count } 個が一致
symbols-count-failed = { $count } 個は表示どおりではあり得ない
symbols-count-repaired = { $count } 個を修復
symbols-count-named = { $count } 個に名前を付与
symbols-count-owned = モジュールのない { $count } 個はこのモジュールのもの
symbols-count-learned = 同じビルドの他のクラッシュ { $crashes } 件から { $count } 個に名前を付与
symbols-contradiction = モジュールの位置についてフレームが一致しないため、名前を付けない
symbols-trust-noise = 呼び出しではない
symbols-trust-symbols = 表から
symbols-trust-learned = 他のクラッシュから
symbols-trust-repaired = 修復
symbols-learned = ビルド { $build }: 関数 { $functions } 個、クラッシュ { $crashes } 件から (新規 { $taught } 件、矛盾 { $contradicted } 個)
symbols-taught-nothing = 学べるクラッシュなし。ビルドとコード開始位置の表示、および VMkernel の名前付きフレームが必要
