# machine-check のテキスト (main.ftl を参照)。エラーの意味は ESXi の出力そのものであり、翻訳しない。

## 重大度: 語と説明。

mce-word-ce = 訂正済み
mce-severity-ce = エラーはハードウェアによって訂正され、データは失われていません
mce-word-deferred = 遅延
mce-severity-deferred = データは失われましたが、まだ使用されていません
mce-word-ucna = 訂正不能、対処不要 (UCNA)
mce-severity-ucna = データは失われましたが、プロセッサはまだ使用していません
mce-word-srao = 訂正不能、対処は任意 (SRAO)
mce-severity-srao = データは失われましたが、プロセッサはまだ使用していません。ESXi は該当するメモリの使用を停止できます
mce-word-srar = 訂正不能、対処が必要 (SRAR)
mce-severity-srar = プロセッサが失われたデータを使用しようとしました。ESXi はそのデータを持つ仮想マシンを終了できますが、ESXi 自身のデータの場合は停止します
mce-word-restartable = 訂正不能、再開可能
mce-severity-restartable = データは失われました。ESXi がそのデータの使用を停止すれば、中断されたプログラムは続行できます
mce-word-containable = 訂正不能、封じ込め可能
mce-severity-containable = データは失われました。中断されたプログラムは続行できませんが、それ以外は続行できる可能性があります
mce-word-uncorrected = 訂正不能
mce-severity-uncorrected = データは失われました。続行できるかどうかは、判明している情報からは分かりません
mce-word-fatal = 致命的
mce-severity-fatal = プロセッサの状態が失われました (PCC)。ホストは停止するしかありません
mce-word-invalid = エラーなし
mce-severity-invalid = バンクに有効なエラーがありません (VAL がセットされていません)
mce-word-unknown = 不明
mce-severity-unknown = 判断に必要な桁が伏せられています

## 点検する部品。

mce-advice = { $part }の点検をハードウェア ベンダーに依頼してください
mce-advice-corrected = 繰り返し発生する場合は、{ $part }の点検をハードウェア ベンダーに依頼してください
mce-part-processor = プロセッサ
mce-part-cache = プロセッサ (キャッシュ)
mce-part-memory = メモリ モジュール
mce-part-memory-channel = このメモリ コントローラのチャネル { $channel } にあるメモリ モジュール
mce-part-processor-or-memory = プロセッサとメモリ モジュール (コードからはどちらか分かりません)
mce-part-interconnect = プロセッサ、ソケット、システム ボード
mce-part-pcie = PCI Express デバイスとスロット
mce-part-pcie-device = PCI Express デバイス { $address } とそのスロット
mce-part-firmware = BIOS
mce-part-unknown = ホスト (コードからは部品を特定できません)

## 行とページ。

mce-bank = バンク { $bank }
mce-bank-unknown = 番号を読み取れないバンク
mce-assumed = (プロセッサが不明なため Intel として解釈)
mce-more = ほかに { $count } 件。--format json ですべて表示されます
mce-title = マシン チェック例外 { $status }
mce-meaning-unknown = 不明: このエラー コードはどの表にもないか、桁が伏せられています
mce-vendor-intel = Intel
mce-vendor-amd = AMD
mce-vendor-assumed = 不明 (Intel として解釈)
mce-heading-note = 注意
mce-vendor-note = プロセッサのベンダーが分かりません。AMD では一部のビットの意味が異なります。--vendor を指定するか、画面の FMS= の後の数値を --fms で指定してください。

label-machine-check = MCE
label-severity = 重大度
label-part = 対処
label-vendor = ベンダー
label-code = コード
label-fields = フィールド
label-flags = フラグ
label-corrected = 訂正済み
label-unit = ユニット
label-address = アドレス
label-misc = MISC
label-mcg = MCG_STATUS

## 引数の誤り。

mce-error-status = { $value } は MCi_STATUS ではありません。0xbf80000000000114 のような 16 桁以内の 16 進数を指定してください (伏せられた桁は #)
mce-error-number = { $option } { $value } は数値ではありません。0x86 のような 16 桁以内の 16 進数を指定してください
mce-error-fms = --fms { $value } はファミリ、モデル、ステッピングではありません。画面の FMS= の後にある 06/55/7 のような 16 進数を指定してください
