"""Makes the URL model from the data, stage by stage; a stage whose result is there is not done again.

    python3 make_model.py --data DIR DIR --redirectors FILE --work DIR --out ml/url/model [--from-model ml/url/model] [--minutes 60]

To do a stage again, delete its result from the work folder.
"""
import argparse
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ONE_THREAD = {'OMP_NUM_THREADS': '1', 'OPENBLAS_NUM_THREADS': '1'}


def stage(result: str, script: str, *arguments: str) -> None:
    if os.path.exists(result):
        print(f'{os.path.basename(result)} is there', flush=True)
        return
    run(script, *arguments)


def run(script: str, *arguments: str) -> None:
    print(script, flush=True)
    subprocess.run([sys.executable, os.path.join(HERE, script), *arguments], check=True, env=os.environ | ONE_THREAD)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument('--data', nargs='+', required=True, help='folders with train.csv.gz and valid.csv.gz, the older pack first')
    ask.add_argument('--redirectors', required=True, help='redirectors.csv: no benign row is made on their hosts')
    ask.add_argument('--work', required=True, help='folder for everything in between (15 GB)')
    ask.add_argument('--out', required=True, help='folder of the model that ships')
    ask.add_argument('--from-model', help='folder of a model whose tokenizer and encoder to begin with')
    ask.add_argument('--minutes', help='how long to train the encoder')
    ask.add_argument('--urls', default='8000000', help='or: how many URLs it sees')
    ask.add_argument('--without', nargs='*', default=[], help='sources to leave out of training')
    ask.add_argument('--no-encoder', action='store_true', help='tables alone: minutes instead of hours')
    ask.add_argument('--version', default='urlbert_128x4_v5')
    args = ask.parse_args()

    def at(name: str) -> str:
        return os.path.join(args.work, name)

    os.makedirs(args.work, exist_ok=True)
    tokenizer = args.from_model or args.work
    if not args.from_model:
        stage(at('tokenizer.json'), 'train_tokenizer.py', '--data', args.data[0], '--out', args.work)
    run('prepare.py', '--data', *args.data, '--redirectors', args.redirectors, '--work', args.work,
        '--tokenizer', os.path.join(tokenizer, 'tokenizer.json'))
    without = ['--without', *args.without] if args.without else []
    stage(at('bag_all.npz'), 'train_ngram.py', '--work', args.work, *without)
    if args.no_encoder:
        run('package.py', '--work', args.work, '--out', args.out, '--version', args.version, *without)
        return
    begin = ['--lr', '1e-3', '0']
    if args.from_model:
        stage(at('encoder_before.pt'), 'import_encoder.py', '--model', args.from_model, '--out', at('encoder_before.pt'))
        begin = ['--lr', '6e-4', '0', '--from-weights', at('encoder_before.pt')]
    length = ['--minutes', args.minutes] if args.minutes else ['--urls', args.urls]
    finished = at('encoder.done')
    stage(finished, 'train_encoder.py', '--work', args.work, '--out', at('encoder.pt'), *length, '--average', *begin, *without)
    open(finished, 'w').close()
    run('package.py', '--work', args.work, '--encoder', at('encoder.pt.average'),
        '--tokenizer-dir', tokenizer, '--out', args.out, '--version', args.version)
    run('report.py', '--work', args.work, '--curves', args.out)


if __name__ == '__main__':
    main()
