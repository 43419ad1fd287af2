"""Makes the URL model from the data, stage by stage; a stage whose result is there is not done again.

    python3 make_model.py --data DIR --work DIR --out ml/url/model [--from-weights FILE] [--urls 8000000]

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
    ask.add_argument('--data', required=True, help='folder with train.csv.gz and valid.csv.gz')
    ask.add_argument('--work', required=True, help='folder for everything in between (10 GB)')
    ask.add_argument('--out', required=True, help='folder of the model that ships')
    ask.add_argument('--from-weights', help='checkpoint for the encoder to begin with')
    ask.add_argument('--urls', default='8000000', help='URLs the encoder sees')
    ask.add_argument('--version', default='urlbert_128x4_v4')
    args = ask.parse_args()

    def at(name: str) -> str:
        return os.path.join(args.work, name)

    os.makedirs(args.work, exist_ok=True)
    stage(at('tokenizer.json'), 'train_tokenizer.py', '--data', args.data, '--out', args.work)
    stage(at('train_grams.npz'), 'prepare.py', '--data', args.data, '--work', args.work, '--tokenizer', at('tokenizer.json'))
    stage(at('sift.npz'), 'sift.py', '--work', args.work)
    stage(at('ngram.npz'), 'train_ngram.py', '--work', args.work)
    begin = ['--from-weights', args.from_weights] if args.from_weights else []
    finished = at('encoder.done')
    stage(finished, 'train_encoder.py', '--rows', at('train.npz'), '--valid', at('valid.npz'),
          '--sift', at('sift.npz'), '--out', at('encoder.pt'), '--urls', args.urls, '--average', *begin)
    open(finished, 'w').close()
    run('package.py', '--work', args.work, '--encoder', at('encoder.pt.average'),
          '--tokenizer-dir', args.work, '--out', args.out, '--version', args.version)


if __name__ == '__main__':
    main()
